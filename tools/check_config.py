"""Pipeline files against `host --schema`, as an editor would check them: one line for each fault, exit code 1 if there is any.

check_config.py SCHEMA.json FILE.yaml...
"""

import json
import sys
from pathlib import Path

import yaml
from jsonschema import Draft7Validator


def main(schema_file, *files):
    schema = json.loads(Path(schema_file).read_text())
    Draft7Validator.check_schema(schema)
    faults = 0
    for file in files:
        for error in Draft7Validator(schema).iter_errors(yaml.safe_load(Path(file).read_text())):
            print(f"{file}: {'.'.join(map(str, error.path))}: {error.message}")
            faults += 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
