import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.kernel.formats.json_walk import JsonWalk

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(JSON_VALUES), st.sampled_from([None, 2]))
def test_an_array_is_walked_as_json_reads_it(values, indent):
    assert _whole_array(json.dumps(values, indent=indent)) == values


@given(st.dictionaries(st.text(), JSON_VALUES), st.sampled_from([None, 2]))
def test_an_object_is_walked_as_json_reads_it(members, indent):
    walk = JsonWalk(json.dumps(members, indent=indent, ensure_ascii=False))
    assert {key: walk.value() for key in walk.members()} == members
    walk.end()


def _whole_array(source):
    walk = JsonWalk(source)
    values = [walk.value() for _ in walk.elements()]
    walk.end()
    return values


def test_the_line_of_each_element():
    walk = JsonWalk('\n[ {"a":\n1},\r\n\n 2 , 3]')
    lines = []
    for line in walk.elements():
        lines.append(line)
        walk.value()
    assert lines == [2, 5, 5]


@pytest.mark.parametrize(
    ("broken", "line", "column"),
    [
        ("[1,\n2", 2, 2),
        ("[1 2]", 1, 4),
        ("[1,]", 1, 4),
        ("[,1]", 1, 2),
        ("[1]x", 1, 4),
        ("{}", 1, 1),
        ("", 1, 1),
        ('["\n"]', 1, 3),
        ("[\n NaN]", 2, 2),
        ("[-Infinity]", 1, 2),
        ("[[1, NaN]]", 1, 2),
        ("[" + "[" * 100_000, 1, 2),
        ("[" + "1" * 5000 + "]", 1, 2),
    ],
)
def test_where_the_text_breaks(broken, line, column):
    with pytest.raises(json.JSONDecodeError) as error:
        _whole_array(broken)
    assert (error.value.lineno, error.value.colno) == (line, column)


@pytest.mark.parametrize("broken", ['{"a" 1}', "{a: 1}", '{"a":1,}', '{"a":}', '{"a":1', "{1:1}", "[]"])
def test_an_object_that_is_none(broken):
    walk = JsonWalk(broken)
    with pytest.raises(json.JSONDecodeError):
        {key: walk.value() for key in walk.members()}
