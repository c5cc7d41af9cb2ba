package stripebridge.sandbox.internal.semp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import stripebridge.sandbox.internal.model.RefusedException;
import stripebridge.sandbox.internal.model.SempCode;

/// JSON objects as maps: whole numbers are `Long`, and a duplicate key is an error.
final class Json {

  // Nothing in SEMP nests deeper than a threshold in an object.
  private static final int NESTING_MAX = 16;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(NESTING_MAX).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  /// Reads an object. A null member is refused: no attribute can be null.
  static Map<String, Object> read(byte[] body) {
    JsonNode tree;
    try {
      tree = MAPPER.readTree(body);
    } catch (IOException e) {
      String why =
          e instanceof JsonProcessingException json ? json.getOriginalMessage() : e.getMessage();
      throw new RefusedException(SempCode.PARSE_ERROR, "the body is not JSON: " + why);
    }
    if (!tree.isObject()) {
      throw new RefusedException(
          SempCode.PARSE_ERROR, "the body is not a JSON object but " + tree.getNodeType());
    }
    LinkedHashMap<String, Object> object = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : tree.properties()) {
      if (member.getValue().isNull()) {
        throw new RefusedException(
            SempCode.INVALID_PARAMETER, "attribute '%s' is null".formatted(member.getKey()));
      }
      object.put(member.getKey(), MAPPER.convertValue(member.getValue(), Object.class));
    }
    return object;
  }

  static byte[] write(Object value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
