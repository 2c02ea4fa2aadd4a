import {
  describeLogs,
  describeCauses,
  describeHarmless,
  type LinesByCause,
  type LogsWithCause,
} from '../../support/first-cause.ts';

/** Errors that MicroPython, CircuitPython, Lua, JavaScript, TinyGo, Toit and Moddable raise, by the cause that each tells alone. */
const LINES: LinesByCause = {
  'program.no_tls_context': [
    'ValueError: ssl_context must be provided if using ssl',
    'RuntimeError: ssl_context must be set before using adafruit_mqtt for secure MQTT.',
  ],
  'program.depth': [
    '1564.623: WARNING - Socket error when connecting: pystack exhausted',
    'RuntimeError: maximum recursion depth exceeded',
  ],
  'program.raised': [
    "TypeError: unexpected keyword argument 'ssl'",
    "AttributeError: 'NoneType' object has no attribute 'info'",
    'TypeError: extra keyword arguments given',
    "ImportError: no module named 'umqtt'",
    "init.lua:12: attempt to index a nil value (global 'mq')",
    'Uncaught TypeError: client.connect is not a function',
  ],
  'build.tls_disabled': [
    "ImportError: no module named 'ussl'",
    "AttributeError: 'module' object has no attribute 'wrap_socket'",
  ],
  'modem.silent': [
    'TimeoutError: ESP32 not responding',
    'RuntimeError: Timed out waiting for SPI char',
    'BrokenPipeError: Expected E0 but got 00',
    '[WiFiEsp] Data packet send error (2)',
    'connection failed: wifinina error: 0x03',
  ],
  'net.wifi.no_ap': ['ConnectionError: No network with that ssid'],
  'net.wifi.password': ['ConnectionError: Unknown failure 15'],
  'net.dns': ['connection failed: wifinina error: 0xF1', 'OSError: Unhandled ESP TLS error 0 0 8001 -1'],
  'net.tls_port': [
    'MMQTTException: Unexpected packet type: 0x15',
    'INFO - Establishing an INSECURE connection to broker.example.com:8883',
  ],
  'net.not_made': ['OutOfRetries: Repeated socket failures', 'RuntimeError: Sending request failed'],
  'net.reset': ['HTTP client: Disconnected with error: -9'],
  'net.connect': ['HTTP client: Disconnected with error: -11'],
  'tls.ca_wrong': [
    "connection to network lost {error: Site relies on unknown root certificate: 'CN=Some Root'}",
  ],
  'tls.alert.unknown': ['>>>>> alert.unpacketize'],
  'tls.alert.handshake_failure': ['SSL: alert: 2, 40'],
  'heap.exhausted': ['MALLOC_FAILED error.'],
};

describeCauses(LINES);

const LOGS: LogsWithCause = [
  // What an index went beyond tells what gave nothing.
  ['mqtt.refused', ['File "umqtt/simple.py", line 79, in connect', 'IndexError: bytes index out of range']],
  ['net.dns', ['File "urequests.py", line 53, in request', 'IndexError: list index out of range']],
  ['program.raised', ['File "main.py", line 5, in <module>', 'IndexError: list index out of range']],
  // In a connect() there is nothing yet that could break.
  [
    'net.connect.timeout',
    ['File "umqtt/simple.py", line 56, in connect', 'OSError: [Errno 103] ECONNABORTED'],
  ],
  ['net.lost', ['File "umqtt/simple.py", line 110, in publish', 'OSError: [Errno 103] ECONNABORTED']],
  // NodeMCU says so behind every error.
  [
    'tls.peer_eof',
    ['HTTPS request', 'HTTP client: Disconnected with error: -114', 'HTTP client: Connection timeout'],
  ],
  ['net.timeout', ['HTTPS request', 'HTTP client: Connection timeout']],
  ['mqtt.ended', ['File "umqtt/simple.py", line 173, in wait_msg', 'OSError: -1']],
];

describeLogs('tracebacks', LOGS);

// Without its frames it may be TLS’s own.
describeHarmless(['OSError: -1']);
