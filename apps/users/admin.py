"""The operator's view of people and roles: for superusers only, and roles are written by their verbs."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core import audit
from apps.users import services
from apps.users.models import Role, User
from apps.users.rules import SCOPES_OF_KIND

# Signing in to the admin keeps the limits and the second factor of every other sign-in.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister(Group)


class SuperusersOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """Nothing here is open to staff who are not superusers, and nothing is deleted."""

    def _is_operator(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and getattr(request.user, "is_superuser", False))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_operator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_operator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_operator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_operator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(SuperusersOnly):
    """People: their name, and whether they may sign in. Passwords are set by their owners only."""

    list_display = ("email", "name", "is_active", "is_superuser", "last_login")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login", "date_joined")
    readonly_fields = ("last_login", "date_joined")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """An address is the sign-in: once given, its owner changes it, proving the new one."""
        return (*self.readonly_fields, "email") if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: User, form: "ModelForm[User]", change: bool) -> None:
        assert isinstance(request.user, User)  # noqa: S101
        if not change:
            made = services.create_user(email=obj.email, name=obj.name, by=request.user)
            obj.pk, obj.email, obj.password = made.pk, made.email, made.password
        obj.save()
        if change:
            audit.record(request.user, "change_user", obj, fields=sorted(form.changed_data))


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    """A role as the operator gives it."""

    def clean(self) -> dict[str, Any]:
        """Refuse a scope that the kind of role does not have, before the verb would."""
        facts = super().clean() or self.cleaned_data
        if facts.get("scope_kind") not in SCOPES_OF_KIND.get(str(facts.get("kind")), frozenset()):
            raise forms.ValidationError(_("这个身份不能授予在这样的范围上。"))
        return facts


@admin.register(Role)
class RoleAdmin(SuperusersOnly):
    """Roles: given here, ended by the action; never edited."""

    form = RoleForm
    list_display = ("user", "kind", "scope_kind", "scope_code", "valid_from", "valid_until", "ended_at")
    list_filter = ("kind", "scope_kind")
    search_fields = ("user__email", "user__name", "scope_code")
    autocomplete_fields = ("user",)
    exclude = ("ended_at",)
    actions = ("end_roles",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and self._is_operator(request)

    def save_model(self, request: HttpRequest, obj: Role, form: "ModelForm[Role]", change: bool) -> None:
        assert isinstance(request.user, User)  # noqa: S101
        role = services.grant_role(
            obj.user,
            kind=obj.kind,
            scope_kind=obj.scope_kind,
            scope_code=obj.scope_code,
            valid_from=obj.valid_from,
            valid_until=obj.valid_until,
            by=request.user,
        )
        obj.pk = role.pk

    @admin.action(description=_("结束所选身份"))
    def end_roles(self, request: HttpRequest, queryset: Any) -> None:
        """End the chosen roles at once."""
        assert isinstance(request.user, User)  # noqa: S101
        for role in queryset:
            services.end_role(role, by=request.user)
