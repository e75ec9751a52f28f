"""How every form looks: our templates for the form, its fields and its widgets."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """`{{ form }}` and `{{ form.field.as_field_group }}` use templates/components."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
