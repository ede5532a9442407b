"""The same app in every framework, with the framework's own CORS integration: what the contract is held against.

Each module here is one framework. It has `app`, ready for the framework's servers, and `FRAMEWORK`, a `Framework` of
`_policies.py`. The app's own policy is `LISTED`; what is bound below it is named in the table. Bodies are text/plain.

| request | answer | bound policy |
| --- | --- | --- |
| `GET /` | `ok` | |
| `GET`, `PUT /items/{item}` | `item {item}`, `put {item}` | |
| `DELETE /items/{item}` | 204, no body | |
| `GET /public` | `public` | `PUBLIC` |
| `GET`, `POST /refusing` | `refusing` | `REFUSING` |
| `GET /bare` | `bare`, and `Access-Control-Allow-Origin: https://own.example` of its own | None |
| `GET /own` | `own`, and `Access-Control-Allow-Origin: *`, `Access-Control-Expose-Headers: x-secret` of its own | |
| `GET /vary` | `vary`, and `Vary: Accept` of its own | |
| `GET /stream` | `onetwothree`, streamed in three parts | |
| `GET /events` | text/event-stream: `data: 1` and `data: 2`, each with a blank line behind it | |
| `GET /moved` | 307 to `/` | |
| `GET /boom` | raises RuntimeError | |
| `OPTIONS /options`, `GET /options` | `own options`, `options` | |
| `GET /sub/x` | `sub`, below a sub-app, blueprint or router that the policy is bound to | `SUB` |
| `GET /sub/public` | `sub public`, below the same | `PUBLIC` |
| `GET /subway` | `subway`, beside it | |
| `GET /caf%C3%A9` | `café` | |
| `GET /a%2Fb` | whatever the framework says | |
| websocket `/ws` | accepts and closes, where the framework has websockets; the guard is on | |
"""
