"""Reads answers with the official SDKs for Python, and prints what they make of each as a line of JSON.

Usage: read_answers.py chat|responses|messages URL ...
"""

import json
import sys

import anthropic
import openai

ACCOUNT = {"api_key": "none", "max_retries": 0}
PROMPT = [{"role": "user", "content": "Hello"}]


def read_chat(url):
    client = openai.OpenAI(base_url=url, **ACCOUNT)
    told = {"text": "", "calls": [], "usage": None}
    for chunk in client.chat.completions.create(model="m", messages=PROMPT, stream=True):
        if chunk.usage is not None:
            told["usage"] = [chunk.usage.prompt_tokens, chunk.usage.completion_tokens]
        for choice in chunk.choices:
            told["text"] += choice.delta.content or ""
            for call in choice.delta.tool_calls or []:
                if call.id is not None:
                    told["calls"].append({"name": call.function.name, "input": ""})
                told["calls"][-1]["input"] += call.function.arguments
            told["finish"] = choice.finish_reason or told.get("finish")
    return told


def read_responses(url):
    client = openai.OpenAI(base_url=url, **ACCOUNT)
    with client.responses.stream(model="m", input="Hello") as stream:
        for event in stream:  # which are all that tells of a failure here
            if event.type == "response.failed":
                return {"error": event.response.error.message}
        response = stream.get_final_response()
    calls = [item for item in response.output if item.type == "function_call"]
    return {
        "text": response.output_text,
        "calls": [{"name": call.name, "input": call.arguments} for call in calls],
        "finish": response.status,
        "usage": [response.usage.input_tokens, response.usage.output_tokens],
    }


def read_messages(url):
    client = anthropic.Anthropic(base_url=url, **ACCOUNT)
    with client.messages.stream(model="m", max_tokens=9, messages=PROMPT) as stream:
        message = stream.get_final_message()
    calls = [block for block in message.content if block.type == "tool_use"]
    return {
        "text": "".join(block.text for block in message.content if block.type == "text"),
        "calls": [{"name": call.name, "input": json.dumps(call.input)} for call in calls],
        "finish": message.stop_reason,
        "usage": [message.usage.input_tokens, message.usage.output_tokens],
    }


READERS = {"chat": read_chat, "responses": read_responses, "messages": read_messages}


def read(name, url):
    try:
        return READERS[name](url)
    except (openai.APIError, anthropic.APIError) as error:
        return {"error": error.message}


for name, url in zip(sys.argv[1::2], sys.argv[2::2]):
    print(json.dumps(read(name, url)))
