"use strict";

const ROOMS = ["lobby", "random", "help"];
const FIRST_DELAY = 500;
const LONGEST_DELAY = 15000;

const element = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const room = /^[\w-]{1,80}$/.test(query.get("room") ?? "") ? query.get("room") : ROOMS[0];

let socket;
let attempts = 0;

function userName() {
  return element("user").value.trim();
}

function showState(state, text) {
  element("state").dataset.state = state;
  element("state").textContent = text;
}

// Beside this page, wherever the application is mounted.
function socketAddress() {
  const address = new URL(`ws/chat/${encodeURIComponent(room)}/`, document.baseURI);
  address.protocol = (address.protocol === "https:") ? "wss:" : "ws:";
  return address;
}

function connect() {
  showState("connecting", "connecting");
  socket = new WebSocket(socketAddress());
  socket.onopen = () => {
    attempts = 0;
    showState("open", "connected");
  };
  socket.onmessage = (event) => show(JSON.parse(event.data));
  socket.onclose = (event) => reconnectLater(event);
}

// Full jitter: after a restart of the server its clients come back spread over time.
function reconnectLater(event) {
  const limit = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempts++);
  const delay = Math.random() * limit;
  const reason = event.reason ? ` (${event.reason})` : "";
  showState("waiting", `disconnected${reason}, next try in ${(delay / 1000).toFixed(1)} s`);
  setTimeout(connect, delay);
}

function show(data) {
  const item = document.createElement("li");
  if (data.error) {
    item.className = "error";
    item.textContent = data.error;
  }
  else if (data.message) {
    item.append(meta(data), textOf(data.message));
    item.classList.toggle("mine", data.user === (userName() || "anonymous"));
  }
  else {
    return;
  }
  const list = element("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  list.append(item);
  if (atEnd) {
    list.scrollTop = list.scrollHeight;
  }
}

function meta(data) {
  const line = document.createElement("div");
  line.className = "meta";
  const user = document.createElement("b");
  user.textContent = data.user ?? "anonymous";
  const time = document.createElement("time");
  const instant = data.time ? new Date(data.time) : new Date();
  time.dateTime = instant.toISOString();
  time.textContent = instant.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  line.append(user, time);
  return line;
}

function textOf(message) {
  const text = document.createElement("div");
  text.className = "text";
  text.textContent = message;
  return text;
}

function say(event) {
  event.preventDefault();
  const input = element("message");
  if (!input.value.trim()) {
    return;
  }
  if (socket.readyState !== WebSocket.OPEN) {
    show({ error: "Not connected: your message was not sent." });
    return;
  }
  socket.send(JSON.stringify({ message: input.value, user: userName() || undefined }));
  input.value = "";
}

function showRooms() {
  for (const name of ROOMS.includes(room) ? ROOMS : [...ROOMS, room]) {
    const link = document.createElement("a");
    link.href = `?room=${encodeURIComponent(name)}`;
    link.textContent = name;
    if (name === room) {
      link.setAttribute("aria-current", "page");
    }
    element("rooms").append(link);
  }
  element("title").textContent = room;
  document.title = `${room} · Channels chat`;
}

element("user").value = query.get("user") ?? sessionStorage.getItem("user") ?? "";
element("user").addEventListener("change", () => sessionStorage.setItem("user", userName()));
element("say").addEventListener("submit", say);
element("message").focus();
showRooms();
connect();
