package stripebridge.sandbox.internal.semp;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stripebridge.sandbox.internal.model.ObjectKey;

/// The URIs in responses.
final class Links {

  private Links() {}

  /// An object's own URI as `uri`, and each URI below it as the segment plus `Uri`.
  static Map<String, Object> of(String uri, List<String> below) {
    LinkedHashMap<String, Object> links = new LinkedHashMap<>();
    links.put("uri", uri);
    below.forEach(segment -> links.put(segment + "Uri", uri + "/" + segment));
    return links;
  }

  static String uri(Request request, ObjectKey key) {
    return request.base() + path(key);
  }

  private static String path(ObjectKey key) {
    int count = key.kind().ownNames().size();
    List<String> own = key.names().subList(key.names().size() - count, key.names().size());
    return key.parent().map(Links::path).orElse("")
        + "/"
        + key.kind().collection()
        + "/"
        + PercentEncoding.encode(own);
  }
}
