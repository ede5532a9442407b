"""What is said about each note: one table, from which the messages are built, and a page of the docs can be."""

from ._note import NoteRule

_ROWS = (
    # Origins
    NoteRule(
        "any-origin-credentials",
        "unsafe",
        "Every site on the web may act here as your user and read the responses. No policy says that: name the "
        "origins of your pages, in allow_origins; or in allow_credentials alone, if the API is public to all others.",
    ),
    NoteRule(
        "regex-unanchored",
        "unsafe",
        "The expression has no end, so {witness} gets in too. Ours matches whole origins. If pages at another port "
        "got in this way, name the port, or `:*`.",
    ),
    NoteRule(
        "regex-strangers",
        "unsafe",
        "The expression matches {witness}, which anyone can own. Ours keeps to the domains that it names.",
    ),
    NoteRule(
        "regex-scheme",
        "unsafe",
        "The expression names no scheme, so {witness} gets in too, and whoever holds the network can forge that. Ours "
        "is https.",
    ),
    NoteRule(
        "regex-kept",
        "unsafe",
        "No pattern says the same, so it is kept, matched whole. A regular expression on a stranger's input has no "
        "bound on its cost: replace it by patterns.{fact}",
    ),
    NoteRule(
        "text-for-a-list",
        "unsafe",
        "It is text where a list is expected, and is searched for parts: {witness} is allowed. Ours takes whole items.",
    ),
    NoteRule(
        "origin-null",
        "unsafe",
        "`null` is the origin of every sandboxed frame, and any site can make one. To allow it all the same: "
        'dangerously("null", because="...").',
    ),
    NoteRule(
        "origin-file",
        "unsafe",
        "`file://` is every document on the user's disk. To allow it all the same: "
        'dangerously("file://", because="...").',
    ),
    NoteRule(
        "origin-insecure",
        "unsafe",
        "Whoever holds the network can be {witness}, and act with your user's credentials. Serve the page by https; to "
        'allow it all the same: dangerously(origin, because="...").',
    ),
    NoteRule(
        "origin-without-scheme",
        "unsafe",
        "It has no scheme, so it never matched a page of yours, but it did match the origin {witness}, which every "
        "sandboxed frame has.{fact}",
    ),
    NoteRule(
        "origin-never-matched",
        "lost",
        "No browser sends an origin that it matches, so it let nobody in, and ours leaves it out.{fact}",
    ),
    NoteRule("origin-corrected", "same", "It is written as browsers send it: the old set-up read it so too."),
    NoteRule(
        "no-origins", "differs", "No origin was allowed, which is what happens without CORS: no policy is needed."
    ),
    NoteRule("cors-off", "differs", "The old middleware did nothing: no policy is needed."),
    # Methods
    NoteRule(
        "method-safelisted",
        "wider",
        "The old set-up refused preflights for {fact}. A browser takes no such refusal from a list: these methods are "
        "always allowed to an allowed origin. If one must not come with unusual headers, refuse it in the app.",
    ),
    NoteRule(
        "list-unreadable",
        "lost",
        "It is no name, and browsers refuse every preflight whose answer holds one in a list: no unusual method and no "
        "unusual header ever got through. Ours leaves all of them out: list anew what your pages need.",
    ),
    NoteRule(
        "method-never-matched",
        "lost",
        "Methods are compared letter by letter, so it allowed no request that is worth allowing; ours leaves it out."
        "{fact}",
    ),
    NoteRule("method-never-sent", "same", "No page can send it."),
    NoteRule(
        "methods-wildcard-credentials",
        "lost",
        "Beside credentials, `*` counts for requests without them alone. Ours would allow both, so it is left out: "
        "list the methods.",
    ),
    NoteRule(
        "methods-unknown",
        "lost",
        "The methods were those of the routes, and they are not known here: list them, or migrate the live app.",
    ),
    # Headers
    NoteRule("header-never-sent", "same", "No page can set it, so it is in no preflight."),
    NoteRule(
        "header-response-only",
        "lost",
        "It is a response header. A page that sets it on its requests (some do, by mistake) must stop to.",
    ),
    NoteRule("header-never-matched", "lost", "It is no header name, so it matched none; ours leaves it out.{fact}"),
    NoteRule(
        "headers-regex",
        "lost",
        "Header names are listed, one by one: an expression has no end of them. List those that your pages send.",
    ),
    NoteRule(
        "headers-wildcard-credentials",
        "lost",
        "Beside credentials, `*` counts for requests without them alone. Ours would allow both, so it is left out: "
        "list the headers.",
    ),
    NoteRule(
        "expose-wildcard-credentials",
        "lost",
        "Beside credentials, `*` exposes nothing but to requests without them: list the headers that pages read.",
    ),
    NoteRule(
        "expose-every-header",
        "lost",
        "The old set-up named whatever headers a response had. Beside credentials nothing says that: list them.",
    ),
    NoteRule("expose-never-read", "same", "No response carries it to a page, exposed or not."),
    NoteRule(
        "expose-unreadable",
        "lost",
        "It is no header name, and browsers give up on a list that holds one: nothing was exposed. List the headers "
        "anew.",
    ),
    # Numbers
    NoteRule("max-age-capped", "same", "No browser keeps a preflight for longer than a day."),
    NoteRule("max-age-invalid", "same", "Browsers do not understand it, and take 5 seconds."),
    NoteRule(
        "preflight-status",
        "wider",
        "Browsers take the status {fact} of a preflight for a failure: only requests without one got through. Ours "
        "answers 204.",
    ),
    # Options that ours has not
    NoteRule(
        "private-network",
        "lost",
        "Ours does not answer Access-Control-Request-Private-Network: browsers have given that preflight up, and ask "
        "the user instead (Local Network Access).",
    ),
    NoteRule(
        "preflight-continue", "lost", "Ours answers preflights itself; the app's own OPTIONS handler is not asked."
    ),
    NoteRule("vary-off", "differs", "Ours always says Vary where the answer depends on the origin: caches need it."),
    NoteRule("option-unknown", "lost", "It is no option that is known here, so it is not carried over."),
    NoteRule(
        "options-differ",
        "lost",
        "The options were not the same for all {fact}, and a policy has one set of them: ours permits what all of them "
        "did.",
    ),
    NoteRule(
        "signal",
        "lost",
        "A receiver of check_request_enabled decides by code, which is not read. Write what it decides as a predicate "
        "in allow_origins.",
    ),
    # Paths
    NoteRule(
        "path-narrower",
        "stricter",
        "The expression also matches {witness}: ours covers whole segments, and leaves that path without CORS.",
    ),
    NoteRule(
        "path-other-policy",
        "wider",
        "The expression also matches {witness}; ours covers whole segments, so another of the policies answers there.",
    ),
    NoteRule("path-itself", "wider", "A prefix covers {witness} itself too, which the expression does not match."),
    NoteRule(
        "path-below",
        "wider",
        "It was compared whole, and a prefix covers all that lies below it, such as {witness}: see that "
        "nothing is there.",
    ),
    NoteRule(
        "path-lost",
        "lost",
        "No prefix of whole segments says it, so these paths have no policy, or that of a shorter prefix. Bind one to "
        "the routes instead.",
    ),
    NoteRule("path-shadowed", "same", "An earlier expression covers all of it, so it was never asked."),
    NoteRule(
        "route-lost",
        "lost",
        "Another route begins with the same segments and has other options, so no prefix tells them apart, and neither "
        "gets a policy. Bind one to the route instead.",
    ),
    NoteRule(
        "route-split",
        "lost",
        "Its paths, or its preflights, did not all have the same options. A policy is bound to the whole route, so "
        "this one gets none: split the route, and bind a policy to each part.",
    ),
    NoteRule(
        "preflight-elsewhere",
        "lost",
        "Another route answered its preflights, and did not allow all that it allows. Ours allows only the requests "
        "that need no preflight: list the methods and headers that your pages need.",
    ),
    NoteRule(
        "decorator-hidden",
        "lost",
        "A decorator that does not use functools.wraps hides whether @cross_origin decides here, so ours allows "
        "nobody: bind a policy to the view.",
    ),
    NoteRule(
        "route-errors",
        "wider",
        "The old set-up sent the errors and redirects of these routes with the headers of the app, or with none. Ours "
        "sends them with those of the route: check that they tell nothing that its pages must not know.",
    ),
    NoteRule(
        "answers-first",
        "wider",
        "{fact} could refuse a preflight, or answer without the old headers. Ours answers preflights first, and adds "
        "its headers to every response: check that nothing relied on that.",
    ),
    # What is not looked at
    NoteRule(
        "app-unread",
        "wider",
        "These options alone were read, not the app: they may hold in some places only, or on single routes, beside "
        "others that have options of their own. Give each place its own policy: around the whole app it allows more.",
    ),
    NoteRule(
        "origin-unset",
        "wider",
        "Without it cors allows every origin, and so does ours. JSON leaves functions out: if it was a function, "
        "write what that decides, as patterns or as a predicate in allow_origins.",
    ),
    NoteRule(
        "origin-unread",
        "lost",
        "JSON writes null for a function or for undefined. Ours allows nobody by it: if it was a function, cors "
        "allowed every origin.",
    ),
    # What is found in an app
    NoteRule(
        "by-hand",
        "lost",
        "Its code sets CORS headers itself, which is not read. Ours replaces them: write what they allow as a policy, "
        "and take them out.",
    ),
    NoteRule(
        "mounted",
        "lost",
        "Another app is mounted here. Its CORS headers stay as they are, and are not migrated: migrate that app on its "
        "own.",
    ),
    NoteRule(
        "middleware-missing",
        "lost",
        "CorsMiddleware is not in it, so these settings do nothing, and ours allows nobody. If a subclass of it is, "
        "migrate the live app.",
    ),
    NoteRule(
        "stacked",
        "differs",
        "Another CORS set-up stands outside of it and answers for it, and allows at least as much: that one is "
        "migrated.",
    ),
    NoteRule(
        "stacked-lost",
        "lost",
        "Another CORS set-up stands outside of it and answers all preflights: that one is migrated. What this one "
        "allowed besides, requests without a preflight, ours does not.",
    ),
    NoteRule(
        "overridden",
        "lost",
        "This subclass decides by code of its own, which is not read, so ours allows nobody: write what it decides as "
        "a predicate in allow_origins.",
    ),
)

NOTE_RULES = {rule.code: rule for rule in _ROWS}
"""Each code once, in the order of the docs page. Codes are never renamed."""
