"""The surroundings of a space as AWS's scheduler looks for them: files in `/opt`, variables.

Read before every other configuration, of which AWS's own already imports the package.
"""

import json
import os
from pathlib import Path

METADATA = Path(os.environ["RESOURCE_METADATA_FILE"])

os.environ["AWS_ACCOUNT_ID"] = json.loads(METADATA.read_text())["ResourceArn"].split(":")[4]
os.environ["SAGEMAKER_LOGGING_DIR"] = str(METADATA.parent / "aws-scheduler-logs")

from amazon_sagemaker_jupyter_scheduler import (  # noqa: E402
    app_metadata,
    internal_metadata_adapter,
)
from amazon_sagemaker_jupyter_scheduler.providers import studio_image_metadata  # noqa: E402

app_metadata.app_metadata_file_location = str(METADATA)
studio_image_metadata.SAGEMAKER_RESOURCE_METADATA_FILE = str(METADATA)
# A second file of the space, read only for the service's stage, whose default fits.
internal_metadata_adapter.SAGEMAKER_INTERNAL_METADATA_FILE = str(METADATA)

from amazon_sagemaker_jupyter_scheduler import handlers  # noqa: E402

# Its eight seconds for all it asks AWS are not enough on a busy machine.
handlers.MAX_WAIT_TIME_FOR_API_CALL_SECS = 60
