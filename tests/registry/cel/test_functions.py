"""The functions of the language, of its extensions, and those that Kubernetes adds."""

from typing import Any

import pytest

from mockapi.registry.cel.values import EvaluationError
from tests.registry.cel.expressions import value_of


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'abc'.contains('b') && 'abc'.startsWith('a') && 'abc'.endsWith('c')", True),
        ("self.name.matches('^A[b-c]+$') && matches('x1', '[0-9]')", True),
        ("int('5') + int(2.9) + int(3u)", 10),
        ("double('1.5') + double(1)", 2.5),
        ("string(1) + string(1.5) + string(true) + string(b'x')", "11.5truex"),
        ("uint(3) == 3u && bool('true')", True),
        ("self.when < timestamp('2027-01-01T00:00:00Z')", True),
        ("self.when.getFullYear() + self.when.getMonth() + self.when.getDate()", 2028),
        ("self.when.getHours('+02:00')", 5),
        ("self.when.getDayOfWeek()", 5),
        ("self.long == duration('90m') && self.long.getMinutes() == 90", True),
        ("string(self.long)", "5400s"),
        ("string(self.when + duration('1s'))", "2026-01-02T03:04:06Z"),
        ("self.data == b'hi'", True),
        ("type(duration('1s')) == type(self.long)", True),
    ],
)
def test_standard(text: str, value: Any) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'AbÉ'.lowerAscii() + 'ab'.upperAscii()", "abÉAB"),
        ("'abc'.charAt(1) + 'abc'.substring(1) + 'abc'.substring(0, 1)", "bbca"),
        ("'abcabc'.indexOf('c') + 'abcabc'.indexOf('c', 3) + 'abcabc'.lastIndexOf('b')", 11),
        ("' a '.trim() + 'aaa'.replace('a', 'b', 2)", "abba"),
        ("'a,b,c'.split(',', 2)", ["a", "b,c"]),
        ("['a', 'b'].join('-') + ['a', 'b'].join()", "a-bab"),
        ("'%s-%s-%%'.format(['a', 'b'])", "a-b-%"),
        ("'%d %x %b'.format([10, 255, 5])", "10 ff 101"),
        ("'%.2f'.format([1.5])", "1.50"),
        ("strings.quote('a\"b')", '"a\\"b"'),
        ("sets.contains([1, 2, 3], [2]) && sets.equivalent([1, 2], [2, 1]) && !sets.intersects([1], [2])", True),
        ("[1, 2, 3].isSorted() && ![2, 1].isSorted() && ['a', 'b'].isSorted()", True),
        ("[3, 1, 2].min() + [3, 1, 2].max() + [1, 2].sum()", 7),
        ("[1, 2, 1].indexOf(1) + [1, 2, 1].lastIndexOf(1)", 2),
        ("'a1b22'.find('[0-9]+') + 'a1b22'.findAll('[0-9]+').join(',')", "11,22"),
        ("'a1b22'.findAll('[0-9]+', 1)", ["1"]),
    ],
)
def test_texts_and_lists(text: str, value: Any) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("url('https://user@a.b:80/c%20d?e=f&e=g').getHost()", "a.b:80"),
        ("url('https://[::1]:80/').getHostname() + url('https://a.b:80/').getPort()", "::180"),
        ("url('https://a.b/c%20d').getEscapedPath() + url('https://a').getScheme()", "/c%20dhttps"),
        ("url('/x?e=f&e=g').getQuery()", {"e": ["f", "g"]}),
        ("isURL('/x') && !isURL('x') && !isURL('http://a b')", True),
        ("ip('10.0.0.1').family() + ip('::1').family()", 10),
        ("isIP('10.0.0.1') && !isIP('10.0.0.256') && !isIP('::ffff:1.2.3.4')", True),
        ("ip.isCanonical('::1') && !ip.isCanonical('0::1')", True),
        ("ip('127.0.0.1').isLoopback() && ip('0.0.0.0').isUnspecified() && ip('8.8.8.8').isGlobalUnicast()", True),
        ("ip('169.254.0.1').isLinkLocalUnicast() && ip('224.0.0.1').isLinkLocalMulticast()", True),
        ("ip('10.0.0.1') == ip('10.0.0.1') && string(ip('::1')) == '::1'", True),
        ("cidr('10.0.0.0/8').containsIP('10.1.1.1') && !cidr('10.0.0.0/8').containsIP(ip('11.0.0.1'))", True),
        ("cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && !cidr('10.0.0.0/8').containsCIDR(cidr('::/0'))", True),
        ("string(cidr('10.1.1.1/8')) + ' ' + string(cidr('10.1.1.1/8').masked())", "10.1.1.1/8 10.0.0.0/8"),
        ("cidr('10.1.1.1/8').prefixLength() == 8 && cidr('10.1.1.1/8').ip() == ip('10.1.1.1')", True),
        ("isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0')", True),
        ("quantity('1Gi').isGreaterThan(quantity('1M')) && quantity('1').compareTo(quantity('1000m')) == 0", True),
        ("quantity('1k').asInteger() + quantity('2').sign()", 1001),
        ("quantity('500m').asApproximateFloat() == 0.5 && !quantity('500m').isInteger()", True),
        ("quantity('1').add(quantity('1')).add(1).sub(2) == quantity('1')", True),
        ("isQuantity('1Gi') && !isQuantity('1GiB')", True),
        ("semver('1.2.3').isLessThan(semver('1.10.0')) && semver('1.0.0-rc.1').isLessThan(semver('1.0.0'))", True),
        ("semver('v1.2', true).major() + semver('1.2.3').minor() + semver('1.2.3').patch()", 6),
        ("isSemver('1.2.3') && !isSemver('1.2') && isSemver('v1.2', true)", True),
        ("format.dns1123Label().validate('a-b').hasValue()", False),
        ("format.named('uuid').value().validate('x').value().size()", 1),
        ("format.named('nope').hasValue()", False),
    ],
)
def test_of_kubernetes(text: str, value: Any) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "'abc'.charAt(9)",
        "'abc'.substring(2, 1)",
        "self.list.filter(x, x > 9).min()",
        "'a'.matches('(')",
        "quantity('x')",
        "quantity('0.5').asInteger()",
        "url('a b')",
        "ip('x')",
        "cidr('x')",
        "semver('x')",
        "timestamp('x')",
        "duration('x')",
        "self.when.getHours('Nowhere/City')",
        "'%d'.format(['a'])",
        "'%s %s'.format(['a'])",
        "'%y'.format(['a'])",
    ],
)
def test_what_functions_refuse(text: str) -> None:
    with pytest.raises(EvaluationError):
        value_of(text)
