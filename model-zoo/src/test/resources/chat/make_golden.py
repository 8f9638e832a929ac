"""Writes golden.json and probes.json with Python's own Jinja2, set up as the Hugging Face libraries do.

Run by hand after changing a template here: python3 make_golden.py (needs jinja2 3.1)."""
import datetime, json, pathlib, jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

HERE = pathlib.Path(__file__).parent
NOW = datetime.datetime(2024, 7, 6, 15, 4, 9)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"])
env.filters["tojson"] = tojson
env.globals["raise_exception"] = raise_exception
env.globals["strftime_now"] = lambda f: NOW.strftime(f)

S = {"role": "system", "content": "Be brief.  "}
U1 = {"role": "user", "content": " Hi, who are you? 😀"}
A1 = {"role": "assistant", "content": "I am a crane.\n"}
U2 = {"role": "user", "content": "Say \"<|im_end|>\" & 'x'\n{{ 7*7 }} 你好"}
A2 = {"role": "assistant", "content": "<think>\nhm\n</think>\n\n  No."}
A3 = {"role": "assistant", "content": "Fine."}
CALL = {"role": "assistant", "content": None, "tool_calls": [{"type": "function", "function": {
    "name": "weather", "arguments": {"city": "Zürich", "days": 3, "units": None, "deep": {"a": [1, 2.5, True]}}}}]}
TOOL = {"role": "tool", "content": "{\"sun\": true}"}
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "Tells the weather", "parameters": {
    "type": "object", "properties": {"days": {"type": "integer"}, "city": {"type": ["string", "null"], "description": "Where \"it\" is"},
                                     "any": {}}, "required": ["city"]}, "return": {"type": "string"}}}]

CONVERSATIONS = {
    "one": [U1], "system": [S, U1], "answered": [U1, A1], "multi": [S, U1, A1, U2, A2],
    "long": [U1, A1, U2, A2, U1, A3, U2], "think": [U1, A2, U2, A3], "tool": [U1, CALL, TOOL, A3, U2],
    "odd": [U1, U2], "assistant first": [A1, U1], "empty": [], "twice": [U1, A1, A3],
}
tokens = {"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}


def run(source, context):
    try:
        return {"expected": env.from_string(source).render(**context)}
    except Exception as e:
        return {"error": f"{type(e).__name__}: {e}"}


golden = []
NAMED = HERE / "../../../main/resources/dev/gantry/zoo/chat"
for path in sorted((HERE / "templates").glob("*.jinja")) + sorted(NAMED.glob("*.jinja")):
    source = path.read_text()
    for name, messages in CONVERSATIONS.items():
        for prompt in (False, True):
            for tools in (None, TOOLS):
                context = dict(tokens, messages=messages, tools=tools, add_generation_prompt=prompt)
                golden.append(dict(template=("named/" if path.parent == NAMED else "") + path.name, conversation=name, tools=tools is not None,
                                   prompt=prompt, **run(source, context)))
(HERE / "golden.json").write_text(json.dumps(
    {"tokens": tokens, "tools": TOOLS, "conversations": CONVERSATIONS, "cases": golden}, ensure_ascii=False, indent=0) + "\n")

CONTEXT = {"m": [U1, A1, U2], "n": 5, "t": "Hello, World! 😀 ok", "d": {"b": 1, "a": [1, "x", None], "items": "key"}, "e": "",
           "z": None, "f": 2.5, "yes": True, "l": [3, 1, 2], "w": " \t a  b\nc ", "words": "the quick-brown (fox) it's"}
PROBES = (HERE / "probes.txt").read_text().split("\n----\n")
probes = [dict(source=p, **run(p, CONTEXT)) for p in PROBES]
(HERE / "probes.json").write_text(json.dumps({"context": CONTEXT, "probes": probes}, ensure_ascii=False, indent=0) + "\n")
print(len(golden), "cases,", len(probes), "probes,", sum("error" in g for g in golden), "errors,",
      [(p["source"], p["error"]) for p in probes if "error" in p])
