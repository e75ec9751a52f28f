"""What finance fills in, and what the host fills in when a fund ends."""

from apps.finance.forms.desk import EncodingForm, ExportForm, GiftForm, UploadForm
from apps.finance.forms.life import CleanupForm, CloseForm, MergeForm, PublishForm, SplitForm
from apps.finance.forms.platforms import PlatformReadingForm, PlatformUploadForm

__all__ = [
    "CleanupForm",
    "CloseForm",
    "EncodingForm",
    "ExportForm",
    "GiftForm",
    "MergeForm",
    "PlatformReadingForm",
    "PlatformUploadForm",
    "PublishForm",
    "SplitForm",
    "UploadForm",
]
