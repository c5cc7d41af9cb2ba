package stripebridge.service.inbox.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The Lua scripts, which Redis runs atomically; each is a resource.
enum Script {
  APPEND("append"),
  CLAIM("claim"),
  CLAIM_HELD("claim-held"),
  HELD_TOPICS("held-topics"),
  MAKE_REFUSED_DUE("make-refused-due"),
  SETTLE("settle"),
  COUNTS("counts"),
  JOIN("join"),
  RENEW("renew"),
  RECOVER("recover"),
  LEAVE("leave"),
  FIND("find"),
  PAGE("page"),
  RETRY("retry"),
  RETRY_PARKED("retry-parked"),
  DISCARD("discard"),
  REPLACE_MEMO("replace-memo"),
  MOVE_IN("move-in"),
  MOVE_OUT("move-out");

  private final String text;
  private final String hash;

  Script(String name) {
    text = read("common") + read(name);
    try {
      // Redis identifies scripts by SHA-1; no security depends on it.
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
