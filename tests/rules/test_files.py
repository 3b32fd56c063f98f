"""Files that strangers made: encodings are found, XML and ZIP attacks refused, nothing is fetched or expanded."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquit.rules import files
from acquit.rules.files import check_size, decode, is_zip, parse_xml, unzip
from acquit.rules.refusal import Refused

FRENCH = "Libellé;Débit\nRèglement reçu à Évry, où l’été fut chaud;12\nÇa va, Noël approche;5\nHôtel Bœuf;3\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
    ],
)
def test_encodings_are_found(encoding, found):
    decoded = decode(FRENCH.encode(encoding))
    assert (decoded.text, decoded.encoding) == (FRENCH, found)


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-16-le"])
def test_utf_16_is_known_by_its_mark(encoding):
    assert decode(("\ufeff" + FRENCH).encode(encoding)).text == FRENCH


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman"])
def test_old_code_pages_are_found_too(encoding):
    text = (FRENCH.replace("œ", "oe").replace("’", "'")) * 3
    assert decode(text.encode(encoding)).text == text


def test_plain_ascii_is_read_at_once():
    assert decode(b"Date;Amount\n") == files.Decoded("Date;Amount\n", "utf-8")


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b" \r\n\t\n"])
def test_an_empty_file_is_refused(content):
    with pytest.raises(Refused, match="vide"):
        decode(content)


def test_a_nul_character_is_refused_with_its_line():
    with pytest.raises(Refused) as refused:
        decode(b"a;b\nc;\x00d\n", "x.csv")
    assert (refused.value.reasons[0].file, refused.value.reasons[0].line) == ("x.csv", 2)


def test_a_file_above_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(files, "SIZE_MAX", 10)
    with pytest.raises(Refused, match="dépasse"):
        check_size(b"x" * 11)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "iso-8859-1"])
def test_any_doctype_is_refused_in_any_encoding(encoding):
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    text = f'{mark}<?xml version="1.0" encoding="{encoding[:6]}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    with pytest.raises(Refused, match="DOCTYPE"):
        parse_xml(text.encode(encoding))


def test_a_doctype_is_found_even_where_its_bytes_are_disguised():
    hidden = '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a [+ADwAIQ-ENTITY b "c"+AD4]+AD4<a/>'.encode(
        "ascii"
    )
    with pytest.raises(Refused):
        parse_xml(hidden)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<a><b></a>", "n’est pas lisible"),
        (b"not xml", "n’est pas lisible"),
        (b'<?xml version="1.0" encoding="UTF-8"?><a>caf\xe9</a>', "encodage"),
        (b"<a>" * 101 + b"</a>" * 101, "imbrique"),
        (b"<a>" * 60_000 + b"</a>" * 60_000, "imbrique|n’est pas lisible"),
        (b"<a>" + b"<b/>" * files.XML_MARKS_MAX + b"</a>", "trop d’éléments"),
        (b"<a " + b"b='' " * files.XML_MARKS_MAX + b"/>", "trop d’éléments"),
    ],
)
def test_xml_that_is_broken_or_beyond_measure_is_refused(content, why):
    with pytest.raises(Refused, match=why):
        parse_xml(content)


def test_ordinary_xml_is_read_with_its_line_numbers():
    root = parse_xml('<?xml version="1.0" encoding="iso-8859-1"?>\n<a>\n<b>é &amp; è</b></a>'.encode("iso-8859-1"))
    assert (root[0].text, root[0].sourceline) == ("é & è", 3)


def test_an_include_and_a_stylesheet_stay_inert(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("canary")
    text = (
        f'<?xml-stylesheet href="file://{secret}"?><a xmlns:xi="http://www.w3.org/2001/XInclude">'
        f'<xi:include href="file://{secret}" parse="text"/></a>'
    )
    root = parse_xml(text.encode())
    assert "canary" not in "".join(root.itertext())


def archive(*entries, compression=zipfile.ZIP_DEFLATED) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", compression) as target:
        for entry, body in entries:
            target.writestr(entry, body)
    return memory.getvalue()


def test_a_zip_gives_its_files_and_passes_over_folders_and_litter():
    content = archive(
        ("a.xml", b"A"), ("dossier/", b""), ("dossier/b.xml", b"B"), ("__MACOSX/._a.xml", b"x"), (".DS_Store", b"")
    )
    assert is_zip(content)
    assert list(unzip(content)) == [("a.xml", b"A"), ("dossier/b.xml", b"B")]


@pytest.mark.parametrize("entry", ["../evil", "/etc/passwd", "a/../../evil", "C:/evil", "a\\..\\..\\evil", "..\\evil"])
def test_a_name_that_leaves_the_folder_refuses_the_archive(entry):
    with pytest.raises(Refused, match="dangereux"):
        list(unzip(archive(("good.xml", b"A"), (entry, b"B"))))


def test_a_symbolic_link_refuses_the_archive():
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with pytest.raises(Refused, match="lien symbolique"):
        list(unzip(archive((link, b"/etc/passwd"))))


def test_all_that_is_wrong_with_a_listing_is_said_at_once():
    with pytest.raises(Refused) as refused:
        list(unzip(archive(("../evil", b"x"), ("inner.zip", b"x")), "lot.zip"))
    assert len(refused.value.reasons) == 2
    assert {reason.file for reason in refused.value.reasons} == {"lot.zip"}


def test_bombs_are_refused_before_anything_is_expanded():
    with pytest.raises(Refused, match="démesuré"):
        list(unzip(archive(("bomb.xml", b"\0" * 20_000_000))))


def test_files_that_together_are_too_much_are_refused(monkeypatch):
    monkeypatch.setattr(files, "ZIP_TOTAL_MAX", 100)
    with pytest.raises(Refused, match="démesuré"):
        list(unzip(archive(("a.xml", b"x" * 60), ("b.xml", b"y" * 60))))


def test_an_entry_that_is_larger_than_announced_is_refused():
    content = archive(("a.xml", b"x" * 1000))
    lying = content.replace((1000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != content
    with pytest.raises(Refused):
        list(unzip(lying))


def test_a_password_and_a_cut_archive_are_named():
    content = bytearray(archive(("a.xml", b"x"), compression=zipfile.ZIP_STORED))
    central = content.index(b"PK\x01\x02")
    content[central + 8] |= 1
    with pytest.raises(Refused, match="mot de passe"):
        list(unzip(bytes(content)))
    with pytest.raises(Refused, match="coupée"):
        list(unzip(archive(("a.xml", b"x" * 100))[:-30]))


def test_an_unusual_compression_is_named():
    with pytest.raises(Refused, match="comprimé"):
        list(unzip(archive(("a.xml", b"x" * 100), compression=zipfile.ZIP_BZIP2)))


BODIES = [b"<a/>" * 50, b"<b/>" * 50]


@given(st.data())
def test_a_damaged_archive_is_refused_or_gives_what_was_put_in(data):
    content = bytearray(archive(("a.xml", BODIES[0]), ("b.xml", BODIES[1])))
    for position in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[position] = data.draw(st.integers(0, 255))
    assert all(body in BODIES for body in read_or_nothing(bytes(content)))


def read_or_nothing(content: bytes) -> list[bytes]:
    try:
        return [body for _, body in unzip(content)]
    except Refused:
        return []
