"""The local Studio: a SageMaker Studio domain on one machine, with no AWS account.

One HTTP server on 127.0.0.1 answers the AWS APIs a space uses. SageMaker is our own stateful
control plane, whose requests are checked against botocore's service model and whose training
jobs really run; S3, Logs, IAM, STS, EC2 and the rest are moto's. Start it with
``python -m sagemaker_studio_local``.
"""

from __future__ import annotations

__version__ = "0.1.0"
