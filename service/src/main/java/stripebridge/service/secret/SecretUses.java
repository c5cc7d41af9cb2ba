package stripebridge.service.secret;

import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.config.EndpointSecret;

/// When each secret last verified a webhook, in this process. A webhook costs a look-up and a write
/// to memory. Thread-safe.
public final class SecretUses {
  private volatile IdentityHashMap<EndpointSecret, Use> uses = new IdentityHashMap<>();

  /// One secret.
  private static final class Use {
    private volatile @Nullable Instant last;
  }

  /// A secret, and when it was last used.
  record Used(EndpointSecret secret, Optional<Instant> last) {}

  public SecretUses(List<EndpointSecret> secrets) {
    use(secrets);
  }

  /// These secrets verify webhooks from now on. What is known of those that stay is kept.
  public synchronized void use(List<EndpointSecret> secrets) {
    // By identity: a secret has no useful hash.
    IdentityHashMap<EndpointSecret, Use> next = new IdentityHashMap<>();
    for (EndpointSecret secret : secrets) {
      next.put(secret, find(secret));
    }
    uses = next;
  }

  /// These verify webhooks as well, from now on. One that stays keeps what is known of it.
  synchronized void add(List<EndpointSecret> secrets) {
    IdentityHashMap<EndpointSecret, Use> next = new IdentityHashMap<>(uses);
    for (EndpointSecret secret : secrets) {
      next.put(secret, find(secret));
    }
    uses = next;
  }

  private Use find(EndpointSecret secret) {
    return uses.entrySet().stream()
        .filter(entry -> entry.getKey().secret().equals(secret.secret()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseGet(Use::new);
  }

  /// These secrets have verified a webhook. One that was just replaced does not count.
  ///
  /// @param at by the wall clock
  public void verified(List<EndpointSecret> signers, Instant at) {
    for (EndpointSecret signer : signers) {
      Use use = uses.get(signer);
      if (use != null) {
        use.last = at;
      }
    }
  }

  /// All secrets in use.
  List<Used> all() {
    List<Used> all = new ArrayList<>();
    uses.forEach((secret, use) -> all.add(new Used(secret, Optional.ofNullable(use.last))));
    return all;
  }
}
