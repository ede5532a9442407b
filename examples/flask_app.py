"""A Flask app with a public part, a private part and a part without CORS. Run it: flask --app examples.flask_app run"""

from flask import Flask

from crossorigin import Policy, PolicyMap
from crossorigin.middleware.wsgi import CORSMiddleware

app = Flask(__name__)


@app.get("/public/rates")
def rates() -> dict[str, float]:
    return {"EUR": 1.0, "USD": 1.1}


@app.delete("/api/sessions/<int:session>")
def end_session(session: int) -> tuple[str, int]:
    return "", 204


@app.get("/login")
def login() -> str:
    return "no page but our own has business here"


policies = PolicyMap(
    {
        "/public/": Policy(allow_origins="*"),
        "/api/": Policy(
            allow_origins=["https://app.example.com"],
            allow_methods=["DELETE"],
            allow_credentials=True,
        ),
        "/": None,
    }
)
app.wsgi_app = CORSMiddleware(app.wsgi_app, policies)  # type: ignore[method-assign]  # as Flask's documentation does it
