#!/usr/bin/env python3
"""An independent reading of the platform's contract on rules: what it accepts, how deep a tree is, how many conditions.

Written from the contract alone, not from rulec's code, so that the two can disagree.

    s2.py < bundle.json         a bundle: {"format": 1, "rules": [...]}
    s2.py < lines.jsonl         one bundle or one rule body a line
    s2.py --constants           the constants below as JSON

For every rule, in order, one line of JSON: {"name", "ok", "depth", "conditions"} and, where it is not ok, "error".
Depth and conditions are given whenever the tree can be walked at all, also for a tree that is refused as too deep.
Needs Python 3.9 or later and pydantic 2.
"""

import json
import math
import sys
from typing import Any, Dict, List, Literal, Optional, Union

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr
from pydantic import ValidationError, field_validator, model_validator

MAX_CONDITION_DEPTH = 10
ALLOWED_OPERATORS = {"eq", "neq", "gt", "lt", "gte", "lte", "exists", "not_exists", "contains", "regex"}
LOGICAL_TYPES = {"and", "or", "not"}
BOOLEAN_STRINGS = {"true": True, "false": False}

ORDER = {"gt", "lt", "gte", "lte"}
TEXT = {"contains", "regex"}
PRESENCE = {"exists", "not_exists"}
I64 = range(-(2**63), 2**63)

# Trees that are refused for their depth are still walked, to say how deep they are.
sys.setrecursionlimit(20_000)


class Node(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    type: Literal["condition", "and", "or", "not"]
    field: Optional[StrictStr] = Field(default=None, min_length=1)
    operator: Optional[StrictStr] = None
    value: Optional[Union[StrictBool, StrictInt, StrictFloat, StrictStr]] = None
    children: Optional[List["Node"]] = None

    @field_validator("operator")
    @classmethod
    def known_operator(cls, operator: Optional[str]) -> Optional[str]:
        if operator is not None and operator not in ALLOWED_OPERATORS:
            raise ValueError(f"unsupported operator {operator!r}")
        return operator

    @field_validator("value")
    @classmethod
    def cast_value(cls, value: Any) -> Any:
        """The strings that spell booleans become booleans; numbers fit the platform's."""
        if isinstance(value, str):
            return BOOLEAN_STRINGS.get(value.lower(), value)
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError("a number that is not finite")
        if isinstance(value, int) and value not in I64:
            raise ValueError("an integer beyond 64 bits")
        return value

    @model_validator(mode="after")
    def shape(self) -> "Node":
        for key in self.model_fields_set:
            if getattr(self, key) is None:
                raise ValueError(f"`{key}` is null instead of absent")
        if self.type == "condition":
            self.condition_shape()
        else:
            self.logical_shape()
        return self

    def condition_shape(self) -> None:
        if self.field is None or self.operator is None:
            raise ValueError("a condition needs a field and an operator")
        if self.children is not None:
            raise ValueError("a condition has children")
        if self.value is None:
            if self.operator not in PRESENCE:
                raise ValueError(f"`{self.operator}` needs a value")
            return
        # In Python a bool is an int; on the platform it is not.
        is_number = isinstance(self.value, (int, float)) and not isinstance(self.value, bool)
        if self.operator in ORDER and not is_number:
            raise ValueError(f"`{self.operator}` compares numbers")
        if self.operator in TEXT and not isinstance(self.value, str):
            raise ValueError(f"`{self.operator}` takes a string")

    def logical_shape(self) -> None:
        for key in ("field", "operator", "value"):
            if getattr(self, key) is not None:
                raise ValueError(f"`{self.type}` has a `{key}`")
        count = len(self.children or [])
        if self.type == "not" and count != 1:
            raise ValueError(f"`not` has {count} children")
        if self.type != "not" and count < 2:
            raise ValueError(f"`{self.type}` has {count} children")


class Queue(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: Optional[StrictStr] = Field(default=None, min_length=1)
    id: Optional[StrictStr] = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def one_of_both(self) -> "Queue":
        if len(self.model_fields_set) != 1 or (self.name is None and self.id is None):
            raise ValueError("a queue is given by its name or by its id")
        return self


class Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: StrictStr = Field(min_length=1)
    description: StrictStr = ""
    queue: Queue
    expression: Node
    priority: StrictInt = 10
    enabled: StrictBool = True
    # What the rule was called before: for the deployment, never sent.
    was: Any = None


def depth(node: Dict[str, Any], level: int = 1) -> int:
    """A leaf is one, a logical node one more than its deepest child, a logical node without children its own level."""
    if node["type"] not in LOGICAL_TYPES or not node.get("children"):
        return level
    return max(depth(child, level + 1) for child in node["children"])


def conditions(node: Dict[str, Any]) -> int:
    own = 1 if node["type"] == "condition" else 0
    return own + sum(conditions(child) for child in node.get("children") or [])


def judge(rule: Any) -> Dict[str, Any]:
    verdict: Dict[str, Any] = {"name": None, "ok": False, "depth": None, "conditions": None}
    try:
        verdict["name"] = rule["name"]
        verdict["depth"] = depth(rule["expression"])
        verdict["conditions"] = conditions(rule["expression"])
        Rule.model_validate(rule)
        if verdict["depth"] > MAX_CONDITION_DEPTH:
            raise ValueError(f"depth {verdict['depth']} exceeds {MAX_CONDITION_DEPTH}")
        verdict["ok"] = True
    except ValidationError as error:
        first = error.errors()[0]
        verdict["error"] = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        verdict["error"] = f"{type(error).__name__}: {error}"
    return verdict


def rules(text: str) -> List[Any]:
    try:
        documents = [json.loads(text)]
    except json.JSONDecodeError:
        # Not splitlines(): U+2028 and its like may stand bare in a JSON string.
        documents = [json.loads(line) for line in text.split("\n") if line.strip()]
    found: List[Any] = []
    for document in documents:
        if isinstance(document, dict) and "rules" in document:
            if document.get("format") != 1:
                raise SystemExit(f"unknown bundle format {document.get('format')!r}")
            found.extend(document["rules"])
        else:
            found.append(document)
    return found


def main() -> None:
    if sys.argv[1:] == ["--constants"]:
        constants = {
            "max_depth": MAX_CONDITION_DEPTH,
            "operators": sorted(ALLOWED_OPERATORS),
            "logical": sorted(LOGICAL_TYPES),
            "boolean_strings": sorted(BOOLEAN_STRINGS),
        }
        print(json.dumps(constants))
        return
    for rule in rules(sys.stdin.buffer.read().decode("utf-8")):
        print(json.dumps(judge(rule)))


if __name__ == "__main__":
    main()
