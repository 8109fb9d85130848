"""A stand-in for IPython, put into the image as `IPython`: notebook code imports it, and runs without a notebook."""

__version__ = "0.0"
version_info = (0, 0)


def get_ipython():
    """None: there is no shell, as in a plain interpreter."""
    return None


from IPython.display import display  # noqa: E402

__all__ = ["display", "get_ipython"]
