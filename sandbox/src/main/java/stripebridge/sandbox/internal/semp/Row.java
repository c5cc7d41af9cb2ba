package stripebridge.sandbox.internal.semp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An object as an API shows it.
///
/// @param id its names among its siblings; collections are sorted by it
/// @param data its attributes
/// @param collections how many objects are below it, by collection; empty outside the monitor
/// @param links URIs by name
record Row(
    List<String> id,
    Map<String, Object> data,
    Map<String, Object> collections,
    Map<String, Object> links) {

  /// Everything that a `where` condition can refer to.
  Map<String, Object> searchable() {
    if (collections.isEmpty()) {
      return data;
    }
    LinkedHashMap<String, Object> all = new LinkedHashMap<>(data);
    all.putAll(collections);
    all.put("collections", collections);
    return all;
  }
}
