package stripebridge.solace.messaging;

import com.solacesystems.common.util.ByteArray;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.Queue;
import com.solacesystems.jcsmp.SDTException;
import com.solacesystems.jcsmp.SDTMap;
import com.solacesystems.jcsmp.SDTStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import stripebridge.core.broker.Destination;

/// Converts the client's structured data (SDT) to core's values and back, without loss.
final class SdtValues {
  private SdtValues() {}

  static Map<String, Object> of(@Nullable SDTMap map) throws SDTException {
    Map<String, Object> values = new LinkedHashMap<>();
    if (map != null) {
      for (String name : map.keySet()) {
        values.put(name, value(map.get(name)));
      }
    }
    return values;
  }

  static List<Object> of(SDTStream stream) throws SDTException {
    List<Object> values = new ArrayList<>();
    stream.rewind();
    while (stream.hasRemaining()) {
      values.add(value(stream.read()));
    }
    return values;
  }

  private static Object value(@Nullable Object value) throws SDTException {
    return switch (value) {
      case SDTMap map -> of(map);
      case SDTStream stream -> of(stream);
      case com.solacesystems.jcsmp.Destination destination -> destination(destination);
      case ByteArray bytes -> bytes.asBytes();
      case null -> Optional.empty();
      default -> value;
    };
  }

  static Destination destination(com.solacesystems.jcsmp.Destination destination) {
    return destination instanceof Queue
        ? Destination.queue(destination.getName())
        : Destination.topic(destination.getName());
  }

  static com.solacesystems.jcsmp.Destination destination(Destination destination) {
    return switch (destination.kind()) {
      case TOPIC -> JCSMPFactory.onlyInstance().createTopic(destination.name());
      case QUEUE -> JCSMPFactory.onlyInstance().createQueue(destination.name());
    };
  }

  static SDTMap map(Map<?, ?> values) throws SDTException {
    SDTMap map = JCSMPFactory.onlyInstance().createMap();
    for (Map.Entry<?, ?> entry : values.entrySet()) {
      map.putObject(String.valueOf(entry.getKey()), sdt(entry.getValue()));
    }
    return map;
  }

  private static @Nullable Object sdt(Object value) throws SDTException {
    return switch (value) {
      case Destination destination -> destination(destination);
      case Map<?, ?> map -> map(map);
      case List<?> list -> {
        SDTStream stream = JCSMPFactory.onlyInstance().createStream();
        for (Object each : list) {
          stream.writeObject(sdt(each));
        }
        yield stream;
      }
      case Optional<?> _ -> null;
      default -> value;
    };
  }
}
