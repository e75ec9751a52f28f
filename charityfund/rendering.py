"""How templates are read, and how every form looks."""

from django.forms.renderers import TemplatesSetting
from django.template import Origin
from django.template.loaders.cached import Loader
from django.utils.translation import get_language


class PerLanguage(Loader):
    """Keeps every template once per language: the tags of `apps.core` then put words and addresses in place when the
    template is read, not each time it is rendered."""

    def cache_key(self, template_name: str, skip: list[Origin] | None = None) -> str:
        """Return the key of a template in the language of this moment."""
        return f"{get_language()} {super().cache_key(template_name, skip)}"


class Renderer(TemplatesSetting):
    """`{{ form }}` and `{{ form.field.as_field_group }}` use templates/components."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
