package stripebridge.sandbox.internal.smf;

/// Constants of the wire format, from the field tables of the published protocol analyser.
public final class Protocol {
  public static final int VERSION = 3;
  public static final int FIXED_HEADER = 12;

  // Protocol numbers of a frame.
  public static final int ASSURED_CONTROL = 0x09;
  public static final int KEEP_ALIVE_OLD = 0x0a;
  public static final int KEEP_ALIVE = 0x0b;
  public static final int CLIENT_CONTROL = 0x0c;
  public static final int MESSAGE = 0x0d;
  public static final int SUBSCRIPTION = 0x0f;

  // Bits of a frame's first byte.
  public static final int DISCARD_INDICATION = 0x80;
  public static final int ASSURED = 0x10;
  public static final int DMQ_ELIGIBLE = 0x08;

  // Header parameters.
  static final int LIGHT = 0x20;
  static final int PUBLISHER_ID = 0x01;
  static final int PRIORITY = 0x03;
  static final int USER_NAME = 0x06;
  static final int PASSWORD = 0x07;
  static final int RESPONSE = 0x08;
  static final int DELIVERY_MODE = 0x10;
  static final int MESSAGE_ID = 0x11;
  static final int PREVIOUS_ID = 0x12;
  static final int REDELIVERED = 0x13;
  static final int CONTENTS = 0x16;
  static final int FLOW_ID = 0x17;
  static final int DESTINATION = 0x18;
  static final int ASSURED_FLAGS = 0x19;
  static final int TIME_TO_LIVE = 0x1c;
  static final int EXTENDED = 0x1f;

  // AssuredCtrl message types.
  public static final int OPEN_PUBLISHER = 0;
  public static final int ACK = 3;
  public static final int BIND = 4;
  public static final int UNBIND = 5;
  public static final int CLOSE_PUBLISHER = 7;
  public static final int CREATE_ENDPOINT = 8;
  public static final int DELETE_ENDPOINT = 9;
  public static final int FLOW_CHANGE = 0x0c;

  // SMP message types and flags.
  public static final int ADD_SUBSCRIPTION = 0;
  public static final int REMOVE_SUBSCRIPTION = 1;
  public static final int ADD_QUEUE_SUBSCRIPTION = 2;
  public static final int REMOVE_QUEUE_SUBSCRIPTION = 3;

  /// The prefix of a queue's name in a destination.
  public static final String QUEUE_PREFIX = "#P2P/QUE/";

  public static final String TEMPORARY_QUEUE_PREFIX = "#P2P/QTMP/";

  private Protocol() {}
}
