package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/// What Redis does in one step, each a resource in Lua.
enum Script {
  APPEND,
  CLAIM,
  CLAIM_HELD,
  HELD_TOPICS,
  SETTLE,
  COUNTS,
  JOIN,
  RENEW,
  RECOVER,
  LEAVE,
  FIND,
  PAGE,
  RETRY,
  RETRY_PARKED,
  DISCARD,
  MOVE_IN,
  MOVE_OUT;

  private final String text;
  private final String hash;

  Script() {
    String name = name().toLowerCase(Locale.ROOT).replace('_', '-');
    text = read("common") + read(name);
    try {
      // Redis knows a script by its SHA-1; nothing is kept safe by it.
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8));
      hash = HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  String text() {
    return text;
  }

  String hash() {
    return hash;
  }

  private static String read(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its script " + name);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
