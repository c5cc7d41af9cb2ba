package stripebridge.acceptance.deploy.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Kubernetes manifests, read into the typed models of the Kubernetes API. A cluster that is asked
/// to validate refuses unknown fields; here they are problems as well.
public final class Manifests {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

  private Manifests() {}

  /// The objects of a YAML stream, in its order. Kinds without a model, such as an
  /// `ExternalSecret`, become [GenericKubernetesResource].
  ///
  /// @throws IllegalArgumentException if a document lacks the API version, kind or name of an object
  public static List<HasMetadata> parse(String yaml) {
    List<HasMetadata> objects = new ArrayList<>();
    try {
      for (JsonNode document :
          YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml).readAll()) {
        if (!document.isNull() && !document.isMissingNode()) {
          objects.add(parse(document));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no YAML: " + e.getMessage(), e);
    }
    return objects;
  }

  private static HasMetadata parse(JsonNode document) {
    for (String field : List.of("/apiVersion", "/kind", "/metadata/name")) {
      if (!document.at(field).isTextual()) {
        throw new IllegalArgumentException("no " + field + " in " + document);
      }
    }
    return SERIALIZATION.unmarshal(document.toString(), HasMetadata.class);
  }

  /// The fields that the model of an object does not know, each with its path, such as
  /// `Deployment/bridge: spec.template.spec.containers[0].readinesProbe`. Empty for a kind without
  /// a model: nothing is known of it.
  public static List<String> unknownFields(HasMetadata object) {
    List<String> unknown = new ArrayList<>();
    if (!(object instanceof GenericKubernetesResource)) {
      collect(object.getKind() + "/" + object.getMetadata().getName() + ": ", "", object, unknown);
    }
    return unknown;
  }

  private static void collect(String object, String path, Object value, List<String> unknown) {
    switch (value) {
      case Collection<?> items -> {
        int index = 0;
        for (Object item : items) {
          collect(object, path + "[" + index++ + "]", item, unknown);
        }
      }
      case Map<?, ?> map ->
          map.forEach((key, item) -> collect(object, path + "." + key, item, unknown));
      default -> {
        if (value.getClass().getName().startsWith("io.fabric8.") && !value.getClass().isEnum()) {
          fields(value)
              .forEach((name, field) -> {
                if (name.equals("additionalProperties")) {
                  for (Object key : ((Map<?, ?>) field).keySet()) {
                    unknown.add(object + (path.isEmpty() ? key : path + "." + key));
                  }
                } else {
                  collect(object, path.isEmpty() ? name : path + "." + name, field, unknown);
                }
              });
        }
      }
    }
  }

  private static Map<String, Object> fields(Object model) {
    Map<String, Object> fields = new TreeMap<>();
    for (Method method : model.getClass().getMethods()) {
      String name = method.getName();
      if (name.startsWith("get") && name.length() > 3 && method.getParameterCount() == 0) {
        try {
          Object field = method.invoke(model);
          if (field != null) {
            fields.put(Character.toLowerCase(name.charAt(3)) + name.substring(4), field);
          }
        } catch (IllegalAccessException | InvocationTargetException e) {
          throw new IllegalStateException("cannot read " + method, e);
        }
      }
    }
    return fields;
  }
}
