// A shared worker: one event stream for all tabs of a browser, which may open six to one host.

const ports = new Set();
let last = null;

const events = new EventSource(`/__nexusgen__/events${self.location.search}`);
events.onmessage = (event) => tell(event.data);
events.onerror = () => tell(events.readyState === EventSource.CLOSED ? "lost" : "away");

function tell(message) {
  last = message;
  for (const port of ports) port.postMessage(message);
}

self.onconnect = ({ ports: [port] }) => {
  ports.add(port);
  port.onmessage = () => ports.delete(port);
  if (last !== null) port.postMessage(last);
};
