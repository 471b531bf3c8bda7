// Reference servers: node server.js ws|socketio PORT. Both send what comes from one socket to all of a room, and echo.
import { createServer } from "node:http";

const [kind, port] = process.argv.slice(2);
const http = createServer((_, response) => response.end("ready"));

if (kind === "ws") {
  const { WebSocketServer } = await import("ws");
  const server = new WebSocketServer({ server: http, perMessageDeflate: false });
  const room = new Set();
  server.on("connection", (socket, request) => {
    const path = request.url.split("?")[0];
    if (path === "/room") {
      room.add(socket);
      socket.on("close", () => room.delete(socket));
    }

    socket.on("message", (data, isBinary) => {
      if (path === "/echo") {
        socket.send(data, { binary: isBinary });
        return;
      }

      for (const other of room) {
        other.send(data, { binary: isBinary });
      }
    });
  });
} else if (kind === "socketio") {
  const { Server } = await import("socket.io");
  const server = new Server(http, { transports: ["websocket"], perMessageDeflate: false });
  server.on("connection", (socket) => {
    socket.on("join", () => socket.join("room"));
    socket.on("publish", (text) => server.to("room").emit("m", text));
    socket.on("echo", (text) => socket.emit("m", text));
  });
} else {
  throw new Error(`ws or socketio, not ${kind}`);
}

http.listen(Number(port), "127.0.0.1", 4096);
