import type { AddressInfo } from "node:net";
import { sendSse } from "@millrace/sse/node";
import express from "express";
import { answer } from "./answer.ts";
import { model } from "./model.ts";

const app = express();

app.get("/answer", (request, response) => {
  const { question } = request.query;
  if (typeof question !== "string") {
    response.status(400).send("Ask /answer?question=…");
    return;
  }
  // Express waits for the promise, and hands what it rejects with to its
  // error handlers.
  return sendSse(response, ({ signal }) =>
    answer(model, question, signal),
  );
});

const server = app.listen(Number(process.env["PORT"] ?? 3000), () => {
  console.log(
    `http://localhost:${(server.address() as AddressInfo).port}`,
  );
});
