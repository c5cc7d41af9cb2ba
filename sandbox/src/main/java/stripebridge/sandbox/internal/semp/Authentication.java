package stripebridge.sandbox.internal.semp;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.Headers;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Identifies the user by session cookie, by name and password, or by bearer token.
///
/// As on a broker, the first request with a password opens a session and returns its cookie; a
/// bearer token opens none. Unlike a broker, which answers 529 when its session slots run out, this
/// drops the session that was unused longest. Thread-safe.
final class Authentication {

  static final String COOKIE = "SolSession";

  private static final int SESSIONS_MAX = 1_000;

  private final List<SempUser> users;
  private final Map<String, SempUser> tokens;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, SempUser> sessions =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SempUser> eldest) {
          return size() > SESSIONS_MAX;
        }
      };

  Authentication(List<SempUser> users, Map<String, SempUser> tokens) {
    this.users = users;
    this.tokens = tokens;
  }

  /// An authenticated user.
  ///
  /// @param newSession the cookie to return if a session was opened
  record Login(SempUser user, Optional<String> newSession) {}

  /// The user; empty when the request has no valid credentials.
  Optional<Login> check(Headers headers) {
    String authorization = Optional.ofNullable(headers.getFirst("Authorization")).orElse("");
    if (authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
      String token = authorization.substring(7).strip();
      return tokens.entrySet().stream()
          .filter(entry -> sameText(entry.getKey(), token))
          .map(entry -> new Login(entry.getValue(), Optional.empty()))
          .findFirst();
    }
    Optional<SempUser> session = cookie(headers).flatMap(this::session);
    if (session.isPresent()) {
      return session.map(user -> new Login(user, Optional.empty()));
    }
    return basic(authorization).map(user -> new Login(user, Optional.of(open(user))));
  }

  private Optional<SempUser> basic(String authorization) {
    if (!authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
      return Optional.empty();
    }
    String pair;
    try {
      pair = new String(Base64.getDecoder().decode(authorization.substring(6).strip()), UTF_8);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    return users.stream()
        .filter(user -> sameText(user.name() + ":" + user.password(), pair))
        .findFirst();
  }

  private static boolean sameText(String wanted, String given) {
    return MessageDigest.isEqual(wanted.getBytes(UTF_8), given.getBytes(UTF_8));
  }

  private static Optional<String> cookie(Headers headers) {
    return headers.getOrDefault("Cookie", List.of()).stream()
        .flatMap(line -> List.of(line.split(";", -1)).stream())
        .map(String::strip)
        .filter(pair -> pair.startsWith(COOKIE + "="))
        .map(pair -> pair.substring(COOKIE.length() + 1))
        .findFirst();
  }

  private Optional<SempUser> session(String id) {
    synchronized (sessions) {
      return Optional.ofNullable(sessions.get(id));
    }
  }

  private String open(SempUser user) {
    byte[] octets = new byte[24];
    random.nextBytes(octets);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    synchronized (sessions) {
      sessions.put(id, user);
    }
    return id;
  }
}
