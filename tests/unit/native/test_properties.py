"""Properties between the engine and the domain."""

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

from metapixel_plugin.properties import Received, to_wire


@pytest.mark.parametrize(
    "sent",
    [
        {"reason": rpc.wrap_rpc_secret("Contract"), "permittedTasks": ["ANALYZE"]},
        {"reason": "Contract", "permittedTasks": rpc.wrap_rpc_secret(["ANALYZE"])},
        {"reason": "Contract", "permittedTasks": [rpc.wrap_rpc_secret("ANALYZE")]},
        # A record of a dynamic provider, which names a credential set
        {
            "reason": "Contract",
            "permitted_tasks": rpc.wrap_rpc_secret(["ANALYZE"]),
            "credentials": "a",
        },
    ],
)
def test_a_property_is_secret_if_the_engine_sent_it_as_secret(sent: dict[str, object]) -> None:
    received = Received(json_format.ParseDict(sent, struct_pb2.Struct()))

    returned = json_format.MessageToDict(to_wire(received.properties, received))

    assert received.properties == {"reason": "Contract", "permitted_tasks": ["ANALYZE"]}
    (secret,) = (name for name, value in returned.items() if rpc.is_rpc_secret(value))
    assert secret == ("reason" if rpc.is_rpc_secret(sent["reason"]) else "permittedTasks")
