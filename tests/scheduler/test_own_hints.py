"""What is told to a member of the own sheet before it is sealed? The page's script counts it; here is its threshold."""

from scheduler.outliers import OWN_FAR


def test_the_page_gets_a_whole_number_of_percent() -> None:
    """The script compares whole numbers: the threshold must be one."""
    assert int(OWN_FAR) == OWN_FAR
