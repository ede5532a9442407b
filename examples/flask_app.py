"""A Flask app with a public part, a private part and a part without CORS. Run it: flask --app examples.flask_app run"""

from flask import Blueprint, Flask

from crossorigin import Policy
from crossorigin.middleware.flask import CORS, cors

app = Flask(__name__)
extension = CORS(
    app,
    allow_origins=["https://app.example.com"],
    allow_methods="route",  # a preflight lists what the route has: DELETE, for a session
    allow_credentials=True,
)


@app.delete("/api/sessions/<int:session>")
def end_session(session: int) -> tuple[str, int]:
    return "", 204


public = cors(Policy(allow_origins="*"))(Blueprint("public", __name__, url_prefix="/public"))


@public.get("/rates")
def rates() -> dict[str, float]:
    return {"EUR": 1.0, "USD": 1.1}


@app.get("/login")
@cors(None)
def login() -> str:
    return "no page but our own has business here"


app.register_blueprint(public)
