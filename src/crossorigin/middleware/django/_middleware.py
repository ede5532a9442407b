"""The middleware: each request is decided before the view runs, and whatever answers carries the policy's fields."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from asgiref.sync import async_to_sync, iscoroutinefunction, markcoroutinefunction, sync_to_async
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from crossorigin.middleware.engine import (
    Asked,
    Plan,
    RoutePolicies,
    Rule,
    Warnings,
    WSGIFieldNames,
    ask,
    ask_sync,
    native,
    read_environ,
)
from crossorigin.policy import NO_OUTCOME, Answer, Outcome

from . import _settings, _stack
from ._resolve import find


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
        plan, routing = self._plan_now(), _routing_of(request)
        answer = _decide(plan, request)
        if answer is not None and answer.status is not None:
            return _response_of(answer, request)
        response: HttpResponseBase = self.get_response(request)
        if not plan.is_quick and (changed := _changed(routing, request)):
            _stack.warn_of_rerouting(changed)
            answer = _decide(plan, request)
        return self._finish(request, response, answer)

    async def _call_async(self, request: HttpRequest) -> HttpResponseBase:
        plan, routing = self._plan_now(), _routing_of(request)
        answer = await _decide_async(plan, request)
        if answer is not None and answer.status is not None:
            return _response_of(answer, request)
        response: HttpResponseBase = await self.get_response(request)
        if not plan.is_quick and (changed := _changed(routing, request)):
            _stack.warn_of_rerouting(changed)
            answer = await _decide_async(plan, request)
        return self._finish(request, response, answer)

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
        return Plan(
            RoutePolicies(configuration.policy, find),
            own_origins=configuration.own_origins,
            debug=configuration.debug,
            on_decision=configuration.on_decision,
            warnings=self._warnings,
        )

    def _finish(self, request: HttpRequest, response: HttpResponseBase, answer: Answer | None) -> HttpResponseBase:
        """The view's response with the policy's fields."""
        if answer is None:
            return response
        if answer.status is not None:  # the view that another middleware chose has a policy that refuses
            return _response_of(answer, request)
        fields, headers = native(answer.headers + answer.vary), response.headers
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


def _routing_of(request: HttpRequest) -> Mapping[str, Any]:
    """What of a request decides which view it reaches, and that view's handler."""
    return {name: getattr(request, name, None) for name in ("urlconf", "path_info", "method")}


def _changed(routing: Mapping[str, Any], request: HttpRequest) -> list[str]:
    return [name for name, value in _routing_of(request).items() if value != routing[name]]


def _decide(plan: Plan, request: HttpRequest) -> Answer | None:
    """The answer of the policy in force; None where the request is left alone."""
    asked = _asked(request)
    rule = plan.rule_for(asked)
    if rule is None:
        return None
    outcomes = NO_OUTCOME, NO_OUTCOME
    origin = asked.fields.get(b"origin")
    if rule.asks_predicates and origin is not None:
        outcomes = async_to_sync(ask)(rule, origin) if _has_async(rule) else ask_sync(rule, origin)
    return plan.answer(asked, rule, *outcomes)


async def _decide_async(plan: Plan, request: HttpRequest) -> Answer | None:
    asked = _asked(request)
    rule = plan.rule_for(asked)
    if rule is None:
        return None
    outcomes: tuple[Outcome, Outcome] = NO_OUTCOME, NO_OUTCOME
    origin = asked.fields.get(b"origin")
    if rule.asks_predicates and origin is not None:
        outcomes = await (ask(rule, origin) if _has_async(rule) else sync_to_async(ask_sync)(rule, origin))
    return plan.answer(asked, rule, *outcomes)


def _asked(request: HttpRequest) -> Asked:
    return Asked(request, request.method or "", request.path, read_environ(request.META), request.scheme)


def _has_async(rule: Rule) -> bool:
    return rule.compiled.is_async or (rule.candidate is not None and rule.candidate.is_async)


def _response_of(answer: Answer, request: HttpRequest) -> HttpResponse:
    body = b"" if request.method == "HEAD" else answer.body
    response = HttpResponse(body, status=answer.status)
    del response.headers["Content-Type"]
    for name, value in native(answer.headers + answer.vary):
        response.headers[name] = value
    return response
