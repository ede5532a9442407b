"""The middleware: each request is decided before the view runs, and whatever answers carries the policy's fields."""

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import async_to_sync, iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from crossorigin.middleware.engine import (
    Asked,
    Outcomes,
    Plan,
    RoutePolicies,
    Rule,
    Ruling,
    Warnings,
    WSGIFieldNames,
    ask,
    ask_sync,
    header_lines,
    read_environ,
)

from . import _settings, _stack
from ._resolve import CameIn, Views


class CORSMiddleware:
    """The policy of the setting CROSSORIGIN, and those that `cors` bound to views and URLs, in front of Django.

    It is named in MIDDLEWARE, first. It owns the CORS fields of every response, and answers preflights itself.

    Raises:
        ImproperlyConfigured: with every problem of the setting, or the middleware is in MIDDLEWARE twice.

    A plain predicate may use the ORM on both sides: under ASGI it runs in Django's thread for that.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)
        _stack.refuse_or_warn(CORSMiddleware)
        self._warnings = Warnings()
        self._known: dict[tuple[str, ...], WSGIFieldNames] = {}
        self._setting = _settings.setting_now()
        self._plan = self._plan_of(self._setting)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._is_async:
            return self._call_async(request)
        plan, came_in = self._plan_now(), CameIn(request)
        if plan.is_late and request.method != "OPTIONS":
            return self._finish_dispatched(plan, came_in, self.get_response(request))
        ruling = plan.ruling(_asked(came_in))
        if ruling.status is not None:
            return _response_of(ruling, request)
        response: HttpResponseBase = self.get_response(request)
        if not plan.is_quick and self._was_rerouted(came_in):
            ruling = plan.rerouted(_asked(came_in), _asked(CameIn(request))) or plan.ruling(_asked(CameIn(request)))
        return self._finish(request, response, ruling)

    async def _call_async(self, request: HttpRequest) -> HttpResponseBase:
        plan, came_in = self._plan_now(), CameIn(request)
        if plan.is_late and request.method != "OPTIONS":
            return self._finish_dispatched(plan, came_in, await self.get_response(request))
        ruling = await plan.ruling_async(_asked(came_in))
        if ruling.status is not None:
            return _response_of(ruling, request)
        response: HttpResponseBase = await self.get_response(request)
        if not plan.is_quick and self._was_rerouted(came_in):
            now = _asked(CameIn(request))
            ruling = plan.rerouted(_asked(came_in), now) or await plan.ruling_async(now)
        return self._finish(request, response, ruling)

    def _finish_dispatched(self, plan: Plan, came_in: CameIn, response: HttpResponseBase) -> HttpResponseBase:
        """The view's response with the fields of the policy that is bound to that view."""
        self._was_rerouted(came_in)
        rule = plan.dispatched(came_in.request, came_in, response.status_code, _asked)
        if rule is None:
            return response
        origin = read_environ(came_in.request.META).get(b"origin")
        return self._finish(came_in.request, response, Ruling(rule.compiled.actual_fields(origin)))

    def _was_rerouted(self, came_in: CameIn) -> bool:
        changed = came_in.changed()
        if changed:
            _stack.warn_of_rerouting(changed)
        return bool(changed)

    def _plan_now(self) -> Plan:
        """The plan of the setting as it is: `override_settings` takes effect with the next request."""
        setting = _settings.setting_now()
        if setting is not self._setting:
            self._plan = self._plan_of(setting)
            self._setting = setting
        return self._plan

    def _plan_of(self, setting: object) -> Plan:
        configuration, problems = _settings.read(setting)
        if configuration is None:
            raise ImproperlyConfigured("\n".join(map(str, problems)))
        views = Views()
        return Plan(
            RoutePolicies(
                configuration.policy,
                views.find,
                record=views.record,
                was_rerouted=lambda _, came_in: bool(came_in.changed()),
                was_moved=lambda _, came_in: "path_info" in came_in.changed(),
                targets=views.targets,
                untold=views.untold,
                ask=_ask,
                ask_sync=_ask_sync,
            ),
            own_origins=configuration.own_origins,
            debug=configuration.debug,
            on_decision=configuration.on_decision,
            warnings=self._warnings,
        )

    def _finish(self, request: HttpRequest, response: HttpResponseBase, ruling: Ruling) -> HttpResponseBase:
        """The view's response with the policy's fields."""
        if ruling.status is not None:  # the view that another middleware chose has a policy that refuses
            return _response_of(ruling, request)
        fields, headers = ruling.native_fields, response.headers
        if fields is None:
            return response
        known = self._known.setdefault(tuple(name for name, _ in fields), WSGIFieldNames())
        if all(name in known for name in headers):
            for name, value in fields:
                headers[name] = value
            return response
        merged, removed = known.merge(headers.items(), fields)
        for name in [*headers]:
            del headers[name]
        for name, value in merged:
            headers[name] = value
        if removed:
            match = request.resolver_match
            self._warnings.removed(request.path if match is None else match.func, removed)
        return response


def _asked(came_in: CameIn) -> Asked:
    request = came_in.request
    return Asked(
        came_in,
        came_in.method or "",
        request.path,
        read_environ(request.META),
        request.scheme,
        came_in.path_info,
        header_lines(request.META),
    )


async def _ask(rule: Rule, asked: Asked) -> Outcomes:
    """Under ASGI, a plain predicate runs in Django's thread, where it may use the ORM."""
    return await (ask(rule, asked) if rule.is_async else sync_to_async(ask_sync)(rule, asked))


def _ask_sync(rule: Rule, asked: Asked) -> Outcomes:
    return async_to_sync(ask)(rule, asked) if rule.is_async else ask_sync(rule, asked)


def _response_of(ruling: Ruling, request: HttpRequest) -> HttpResponse:
    body = b"" if request.method == "HEAD" else ruling.body
    response = HttpResponse(body, status=ruling.status)
    del response.headers["Content-Type"]
    for name, value in ruling.native_fields or ():
        response.headers[name] = value
    return response
