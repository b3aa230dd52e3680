"""Amazon S3 with access rights and the key service, as moto simulates them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import requests
from moto.server import ThreadedMotoServer

from tests.support.backends.backend import Backend

_REGION = "eu-central-1"
_READ = ["s3:ListBucket", "s3:GetObject", "kms:Decrypt"]
#: The rights that docs/state.md names.
_MAY = {
    "writer": [*_READ, "s3:PutObject", "s3:DeleteObject", "kms:Encrypt"],
    "reader": _READ,
}


class S3Server:
    """A running server with a bucket, and with a key for secrets. Its alias is `alias/pulumi`."""

    key = f"awskms://alias/pulumi?region={_REGION}"

    def __init__(self, url: str) -> None:
        self._url = url
        self._backends = 0
        iam = boto3.client("iam", **self._client("root", "root"))
        self._environments = {}
        for user, may in _MAY.items():
            iam.create_user(UserName=user)
            allowed = {"Effect": "Allow", "Action": may, "Resource": "*"}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
            iam.put_user_policy(UserName=user, PolicyName="may", PolicyDocument=policy)
            made = iam.create_access_key(UserName=user)["AccessKey"]
            self._environments[user] = {
                "AWS_ENDPOINT_URL": url,
                "AWS_REGION": _REGION,
                "AWS_ACCESS_KEY_ID": made["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"],
                "AWS_SESSION_TOKEN": "",
                "AWS_PROFILE": "",
            }
        kms = boto3.client("kms", **self._client("root", "root"))
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName="alias/pulumi", TargetKeyId=key)
        s3 = boto3.client("s3", **self._client("root", "root"))
        s3.create_bucket(Bucket="state", CreateBucketConfiguration={"LocationConstraint": _REGION})
        # From here on, the server checks access rights.
        requests.post(f"{url}/moto-api/reset-auth", data=b"0", timeout=10).raise_for_status()

    def backend(self) -> Backend:
        """Return an empty folder in the bucket."""
        self._backends += 1
        folder = f"folder{self._backends}"
        writer = self._environments["writer"]
        access = writer["AWS_ACCESS_KEY_ID"], writer["AWS_SECRET_ACCESS_KEY"]
        s3 = boto3.client("s3", **self._client(*access))

        def stored() -> dict[str, bytes]:
            pages = s3.get_paginator("list_objects_v2").paginate(Bucket="state", Prefix=folder)
            keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
            return {key: s3.get_object(Bucket="state", Key=key)["Body"].read() for key in keys}

        return Backend(
            url=f"s3://state/{folder}",
            writer=writer,
            reader=self._environments["reader"],
            stored=stored,
        )

    def _client(self, key: str, secret: str) -> dict[str, str]:
        return {
            "endpoint_url": self._url,
            "region_name": _REGION,
            "aws_access_key_id": key,
            "aws_secret_access_key": secret,
        }


@contextmanager
def serving() -> Iterator[S3Server]:
    """Run a new server on a free port of localhost."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield S3Server(f"http://{host}:{port}")
    finally:
        server.stop()
