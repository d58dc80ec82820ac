"""Python's own client on a cache, for tests that compare it with core/hub. Prints JSON.

hub_cache.py fetch REPO FILE [REVISION]     downloads or finds: {"path", "sha256"}
hub_cache.py scan                           {"repos": [{"id", "refs", "files"}], "warnings"}
hub_cache.py hold REPO ETAG MARK SECONDS    holds the lock of a blob; makes the file MARK once it has it
"""

import hashlib
import json
import os
import sys
import time
from pathlib import Path

from huggingface_hub import constants, hf_hub_download, scan_cache_dir
from huggingface_hub.utils import WeakFileLock


def fetch(repo, file, revision="main"):
    path = hf_hub_download(repo, file, revision=revision)
    return {"path": path, "sha256": hashlib.sha256(Path(path).read_bytes()).hexdigest()}


def scan():
    found = scan_cache_dir()
    repos = []
    for repo in found.repos:
        files = {str(file.file_path.relative_to(revision.snapshot_path)) for revision in repo.revisions for file in revision.files}
        refs = {name: revision.commit_hash for name, revision in repo.refs.items()}
        repos.append({"id": repo.repo_id, "refs": refs, "files": sorted(files)})
    return {"repos": repos, "warnings": [str(warning) for warning in found.warnings]}


def hold(repo, etag, mark, seconds):
    lock = Path(constants.HF_HUB_CACHE) / ".locks" / ("models--" + repo.replace("/", "--")) / f"{etag}.lock"
    os.makedirs(lock.parent, exist_ok=True)
    with WeakFileLock(lock):
        Path(mark).touch()
        time.sleep(float(seconds))
    return {}


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    print(json.dumps({"fetch": fetch, "scan": scan, "hold": hold}[command](*arguments)))
