"use client";

import { App } from "../../react/src/app";

export default App;
