package stripebridge.service.inbox.redis;

import java.util.Optional;
import stripebridge.core.config.InboxSettings;
import stripebridge.core.config.InboxSettings.RedisDurability;
import stripebridge.core.config.RedisUrl;
import stripebridge.core.config.TlsIdentity;
import stripebridge.core.config.TlsTrust;

/// Settings of a shared inbox, for tests.
final class RedisSettings {
  private RedisSettings() {}

  static InboxSettings.Shared of(String url, String prefix) {
    return of(url, prefix, new RedisDurability.AsConfigured());
  }

  static InboxSettings.Shared of(String url, String prefix, int format) {
    return of(url, prefix, new RedisDurability.AsConfigured(), Optional.of(format));
  }

  static InboxSettings.Shared of(String url, String prefix, RedisDurability durability) {
    return of(url, prefix, durability, Optional.empty());
  }

  private static InboxSettings.Shared of(
      String url, String prefix, RedisDurability durability, Optional<Integer> format) {
    return new InboxSettings.Shared(
        RedisUrl.of(url).orElseThrow(),
        prefix,
        new TlsTrust.JavaDefault(),
        new TlsIdentity.None(),
        durability,
        format);
  }
}
