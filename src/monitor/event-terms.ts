/** `mqtt-answer`: an answer to a request, so that the session is at rest. `goodbye`: the device itself ends it. */
export type ApplicationStep =
  'mqtt-connect' | 'mqtt-request' | 'mqtt-answer' | 'http-request' | 'download' | 'goodbye';

/** What a broker, or what came of its answer, refused the client for. */
export type MqttRefusal =
  | 'protocol'
  | 'client-id'
  | 'unavailable'
  | 'credentials'
  /** No CONNACK came. */
  | 'no-answer'
  /** A subscription or message got no answer. */
  | 'request-unanswered'
  /** The connection ended, for whatever reason. */
  | 'closed'
  /** A message is larger than the client's buffer. */
  | 'too-large'
  /** What came was no MQTT packet. */
  | 'malformed'
  /** PINGREQ was not answered. */
  | 'keep-alive'
  /** Another client came with the same id. */
  | 'taken-over'
  /** The device has none, or none that it can read: nobody was asked. */
  | 'no-credentials'
  /** What it logs in with has run out. */
  | 'token-expired'
  /** The client may not subscribe or publish to a topic. */
  | 'topic'
  /** The broker does not take what the client asked for: a topic's form, QoS, retain, a kind of subscription. */
  | 'not-supported'
  /** By the broker the client breaks the rules of MQTT. */
  | 'rules-broken'
  /** More of something than the broker allows. */
  | 'limit'
  /** The broker sends the client to another one. */
  | 'moved'
  | 'unknown';

/** What a modem's command asks for: a connection by TLS, by TCP, or by what was set before; TLS, or the network. */
export type AtPurpose =
  'tls-connection' | 'tcp-connection' | 'connection' | 'tls-setting' | 'tls-buffer' | 'network' | 'other';

/** What was wrong with an update over the air. */
export type UpdateProblem =
  | 'unknown'
  /** What came is no image. */
  | 'not-an-image'
  /** It is one for another chip of the family. */
  | 'other-chip'
  /** It is older than the device's fuses let it start. */
  | 'too-old'
  /** The running program has not said yet that it works, and the bootloader may go back. */
  | 'unconfirmed'
  /** It is one, and its checksum, hash or MD5 is another than it should be. */
  | 'damaged'
  | 'signature'
  | 'too-large'
  | 'no-partition'
  /** The place of the update is that of the running program. */
  | 'conflict'
  | 'flash'
  | 'flash-size'
  | 'incomplete'
  | 'no-length'
  | 'password'
  /** The updater did not begin, and says no more: no room, or a chip that was started for a serial upload. */
  | 'not-begun'
  | 'strapping';

/** What is wrong with a call of the SDK: what it builds on is not there yet, its argument, what is under way, memory, or the channel. */
export type SdkRefusal = 'not-initialised' | 'bad-argument' | 'busy' | 'no-memory' | 'other-channel';
