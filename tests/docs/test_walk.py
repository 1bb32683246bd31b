"""How the walk of CONTRIBUTING.md is read and typed in, on small examples."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.walk import Misleading, Step, changed, commands, run, steps, take

PAGE = """# Page

```python
not here
```

## Walk

Make a file:

```python one/two.py
A = 1
```

and a line:

```diff hub.py
 a,
+b,
@@
-c
+d
```

```console
$ make it  # slowly
done
```

```text
Look!
```

## After

```python
nor here
```
"""


def test_blocks_are_found_in_order_and_only_under_their_heading() -> None:
    assert steps(PAGE, "Walk") == [
        Step("file", "one/two.py", "A = 1\n"),
        Step("diff", "hub.py", " a,\n+b,\n@@\n-c\n+d\n"),
        Step("console", "", "$ make it  # slowly\ndone\n"),
    ]
    with pytest.raises(Misleading, match="no section"):
        steps(PAGE, "Elsewhere")
    with pytest.raises(Misleading, match="which file"):
        steps(PAGE, "After")


def test_a_diff_changes_the_one_place_where_it_fits() -> None:
    diff = steps(PAGE, "Walk")[1]
    assert changed("x\na,\nc\n", diff) == "x\na,\nb,\nd\n"
    for text in ("a,\na,\nc\n", "xa,\nc\n", "a,\n"):
        with pytest.raises(Misleading, match="not once"):
            changed(text, diff)


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "x.py").touch()
    with pytest.raises(Misleading, match="already"):
        take(Step("file", "x.py", ""), tmp_path)


def test_only_what_is_typed_is_run_and_it_has_to_succeed(tmp_path: Path) -> None:
    assert list(commands("$ make it  # slowly\ndone\n")) == ["make it"]
    run("touch it", tmp_path)
    assert (tmp_path / "it").exists()
    with pytest.raises(Misleading, match="broken"):
        run("echo broken; false", tmp_path)
