"""Check a receipt or a result sheet of Stoa: python verify_receipt.py FILE KEYS

FILE is a receipt (one line) or a result sheet (JSON), KEYS a copy of /.well-known/jwks.json of its
issuer. It needs `cryptography`, and nothing of Stoa; receipts.md beside it says what is checked.
Exit status: 0 valid, 1 not valid, 2 cannot be read."""

import base64
import hashlib
import json
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ANSWER, SUBMISSION = "stoa-receipt+jwt", "stoa-submission+jwt"
MEMBERS = {
    ANSWER: "answerId:str answerSha256:str question:str revision:int savedAt:int submission:str",
    SUBMISSION: "answers:int ending:str revision:int root:str submission:str submittedAt:int",
}


def check(holds, problem):
    if not holds:
        raise ValueError(problem)


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    check(encoded(data) == text, "is not in base64url")
    return data


def opened(token, keys, *types):
    """What is stated, its bytes, and a line about it; all of it is signed by one of the keys."""
    head, body, signature = token.split(".")
    header, payload = json.loads(decoded(head)), decoded(body)
    check(decoded(head) == canonical(header) and len(header) == 4, "has another header")
    check(header["alg"] == "EdDSA" and header["typ"] in types, f"is none of {', '.join(types)}")
    kid, issuer = header["kid"], header["iss"]
    check(kid.startswith(f"{issuer}/") and kid in keys, f"is signed by an unknown key: {kid!a}")
    keys[kid].verify(decoded(signature), f"{head}.{body}".encode())
    said = json.loads(payload)
    members = " ".join(f"{name}:{type(value).__name__}" for name, value in said.items())
    check((payload, members) == (canonical(said), MEMBERS[header["typ"]]), f"says {members!a}")
    return said, payload, f"{json.dumps(said)} signed by {kid!a}"


def root_of(leaves):
    """RFC 9162, section 2.1.1."""
    if len(leaves) < 2:
        return hashlib.sha256(b"".join(b"\0" + leaf for leaf in leaves)).digest()
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + root_of(leaves[:split]) + root_of(leaves[split:])).digest()


def verified(sheet, keys):
    if isinstance(sheet, str):
        return ["Valid receipt:", opened(sheet, keys, ANSWER, SUBMISSION)[2]]
    over, _, line = opened(sheet["submission"], keys, SUBMISSION)
    found = [opened(each["receipt"], keys, ANSWER) for each in sheet["receipts"]]
    for (said, _, _), each in zip(found, sheet["receipts"], strict=True):
        digest = hashlib.sha256(canonical(each["answer"])).digest()
        check(decoded(said["answerSha256"]) == digest, "has another answer than was saved")
        check(said["question"] == each["questionId"], "has a receipt of another question")
        check(said["submission"] == over["submission"], "has a receipt of another submission")
    check(len({said["question"] for said, _, _ in found}) == len(found) == over["answers"], "lacks")
    order = [0, *(said["revision"] for said, _, _ in found)]
    check(order == sorted(set(order)) and order[-1] == over["revision"], "is not in order")
    root = encoded(root_of([leaf for _, leaf, _ in found]))
    check(over["root"] == sheet["root"] == root, "has another root")
    return ["Valid result sheet:", line, *(about for _, _, about in found)]


def main(file, published):
    try:
        text = Path(file).read_bytes().decode().strip()
        jwks = json.loads(Path(published).read_bytes())["keys"]
        keys = {key["kid"]: Ed25519PublicKey.from_public_bytes(decoded(key["x"])) for key in jwks}
        given = json.loads(text) if text.startswith("{") else text
        check(given is text or given["format"] == "stoa-result-sheet-1", "other format")
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
        return 2, [f"Cannot be read: {error!r}"]
    try:
        return 0, verified(given, keys)
    except Exception as error:  # whatever is wrong with it
        return 1, [f"Not valid: {error!r}"]


if __name__ == "__main__":
    status, lines = main(*sys.argv[1:]) if len(sys.argv) == 3 else (2, [__doc__])
    print(*lines, sep="\n")
    sys.exit(status)
