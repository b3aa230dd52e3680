"""Properties between the engine and the domain."""

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

from metapixel_plugin.properties import of_wire, to_wire


@pytest.mark.parametrize(
    "sent",
    [
        {"reason": rpc.wrap_rpc_secret("Contract"), "permittedTasks": ["ANALYZE"]},
        {"reason": "Contract", "permittedTasks": rpc.wrap_rpc_secret(["ANALYZE"])},
        {"reason": "Contract", "permittedTasks": [rpc.wrap_rpc_secret("ANALYZE")]},
    ],
)
def test_a_property_is_secret_if_the_engine_sent_it_as_secret(sent: dict[str, object]) -> None:
    wire = json_format.ParseDict(sent, struct_pb2.Struct())

    properties = of_wire(wire)
    returned = json_format.MessageToDict(to_wire(properties, wire))

    assert properties == {"reason": "Contract", "permitted_tasks": ["ANALYZE"]}
    (secret,) = (name for name, value in returned.items() if rpc.is_rpc_secret(value))
    assert secret == ("reason" if rpc.is_rpc_secret(sent["reason"]) else "permittedTasks")
