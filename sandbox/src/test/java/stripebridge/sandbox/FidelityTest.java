package stripebridge.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.solacesystems.jcsmp.BytesMessage;
import com.solacesystems.jcsmp.BytesXMLMessage;
import com.solacesystems.jcsmp.DeliveryMode;
import com.solacesystems.jcsmp.JCSMPFactory;
import com.solacesystems.jcsmp.MapMessage;
import com.solacesystems.jcsmp.SDTMap;
import com.solacesystems.jcsmp.SDTStream;
import com.solacesystems.jcsmp.StreamMessage;
import com.solacesystems.jcsmp.TextMessage;
import com.solacesystems.jcsmp.User_Cos;
import com.solacesystems.jcsmp.XMLContentMessage;
import com.solacesystems.jcsmp.XMLMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Every message arrives exactly as it was sent.
@ParameterizedClass
@EnumSource(SmfTransport.class)
class FidelityTest {
  private final Fixture sandbox;

  FidelityTest(SmfTransport wire) {
    this.sandbox = new Fixture(wire);
  }

  @BeforeEach
  void openQueue() {
    sandbox.openQueue("q", Map.of("maxMsgSize", 30_000_000), "t/>");
  }

  @AfterEach
  void close() {
    sandbox.close();
  }

  private static <M extends XMLMessage> M make(Class<M> kind) {
    M message = JCSMPFactory.onlyInstance().createMessage(kind);
    message.setDeliveryMode(DeliveryMode.PERSISTENT);
    message.setAckImmediately(true);
    return message;
  }

  private BytesXMLMessage roundTrip(XMLMessage message, String topic) throws Exception {
    Client client = sandbox.connect();
    client.send(message, Client.topic(topic));
    assertThat(client.result().subcode()).isZero();
    try (Client.BoundConsumer consumer = client.consume("q")) {
      return consumer.next();
    }
  }

  @Test
  void keepsText() throws Exception {
    TextMessage message = make(TextMessage.class);
    message.setText("Grüße, 世界 🌍");
    BytesXMLMessage arrived = roundTrip(message, "t/text");

    assertThat(((TextMessage) arrived).getText()).isEqualTo("Grüße, 世界 🌍");
    assertThat(sandbox.queue("q").recorded().getFirst().text()).isEqualTo("Grüße, 世界 🌍");
  }

  @Test
  void keepsMaps() throws Exception {
    MapMessage message = make(MapMessage.class);
    SDTMap map = JCSMPFactory.onlyInstance().createMap();
    map.putString("a", "b");
    map.putLong("n", -5L);
    message.setMap(map);
    SDTMap arrived = ((MapMessage) roundTrip(message, "t/map")).getMap();

    assertThat(arrived.getString("a")).isEqualTo("b");
    assertThat(arrived.getLong("n")).isEqualTo(-5L);
  }

  @Test
  void keepsStreams() throws Exception {
    StreamMessage message = make(StreamMessage.class);
    SDTStream stream = JCSMPFactory.onlyInstance().createStream();
    stream.writeString("a");
    stream.writeInteger(7);
    message.setStream(stream);
    SDTStream arrived = ((StreamMessage) roundTrip(message, "t/stream")).getStream();

    assertThat(arrived.readString()).isEqualTo("a");
    assertThat(arrived.readInteger()).isEqualTo(7);
  }

  @Test
  void keepsXml() throws Exception {
    XMLContentMessage message = make(XMLContentMessage.class);
    message.setXMLContent("<a>b</a>");

    assertThat(((XMLContentMessage) roundTrip(message, "t/xml")).getXMLContent())
        .isEqualTo("<a>b</a>");
    assertThat(sandbox.queue("q").recorded().getFirst().text()).isEqualTo("<a>b</a>");
  }

  @Test
  void keepsRawMessages() throws Exception {
    BytesXMLMessage message = make(BytesXMLMessage.class);
    message.writeAttachment("raw".getBytes(StandardCharsets.UTF_8));
    BytesXMLMessage arrived = roundTrip(message, "t/raw");
    byte[] bytes = new byte[arrived.getAttachmentContentLength()];
    arrived.readAttachmentBytes(bytes);

    assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo("raw");
  }

  @Test
  void keepsAnEmptyMessage() throws Exception {
    assertThat(roundTrip(make(BytesMessage.class), "t/empty").getAttachmentContentLength())
        .isZero();
  }

  @Test
  void keepsLargeMessages() throws Exception {
    BytesMessage message = make(BytesMessage.class);
    byte[] data = new byte[5_000_000];
    for (int i = 0; i < data.length; i++) {
      data[i] = (byte) (i * 31);
    }
    message.setData(data);
    String topic = "t/" + "x".repeat(243);
    BytesXMLMessage arrived = roundTrip(message, topic);

    assertThat(((BytesMessage) arrived).getData()).isEqualTo(data);
    assertThat(arrived.getDestination().getName()).isEqualTo(topic);
  }

  private static BytesMessage full() throws Exception {
    BytesMessage message = make(BytesMessage.class);
    message.setData(new byte[] {1, 2, 3});
    message.setApplicationMessageId("evt_1");
    message.setApplicationMessageType("type");
    message.setCorrelationId("corr");
    message.setHTTPContentType("application/json");
    message.setHTTPContentEncoding("gzip");
    message.setReplyTo(JCSMPFactory.onlyInstance().createTopic("reply/here"));
    message.setSenderId("sender");
    message.setSenderTimestamp(1_700_000_000_123L);
    message.setSequenceNumber(42L);
    message.setPriority(7);
    message.setTimeToLive(3_600_000);
    message.setDMQEligible(true);
    message.setElidingEligible(true);
    message.setCos(User_Cos.USER_COS_2);
    message.setUserData(new byte[] {9, 8, 7});
    SDTMap properties = JCSMPFactory.onlyInstance().createMap();
    properties.putString("text", "Ärger");
    properties.putInteger("int", -1);
    properties.putLong("long", Long.MIN_VALUE);
    properties.putBoolean("flag", true);
    properties.putDouble("double", 1.5);
    properties.putBytes("bytes", new byte[] {0, -1});
    properties.putString(XMLMessage.MessageUserPropertyConstants.QUEUE_PARTITION_KEY, "cus_1");
    message.setProperties(properties);
    return message;
  }

  @Test
  void keepsEveryField() throws Exception {
    BytesXMLMessage arrived = roundTrip(full(), "t/full");

    assertThat(((BytesMessage) arrived).getData()).containsExactly(1, 2, 3);
    assertThat(arrived.getApplicationMessageId()).isEqualTo("evt_1");
    assertThat(arrived.getApplicationMessageType()).isEqualTo("type");
    assertThat(arrived.getCorrelationId()).isEqualTo("corr");
    assertThat(arrived.getHTTPContentType()).isEqualTo("application/json");
    assertThat(arrived.getHTTPContentEncoding()).isEqualTo("gzip");
    assertThat(arrived.getReplyTo().getName()).isEqualTo("reply/here");
    assertThat(arrived.getSenderId()).isEqualTo("sender");
    assertThat(arrived.getSenderTimestamp()).isEqualTo(1_700_000_000_123L);
    assertThat(arrived.getSequenceNumber()).isEqualTo(42L);
    assertThat(arrived.getPriority()).isEqualTo(7);
    assertThat(arrived.getTimeToLive()).isEqualTo(3_600_000);
    assertThat(arrived.isDMQEligible()).isTrue();
    assertThat(arrived.isElidingEligible()).isTrue();
    assertThat(arrived.getCos()).isEqualTo(User_Cos.USER_COS_2);
    assertThat(arrived.getUserData()).containsExactly(9, 8, 7);
    assertThat(arrived.getDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
    assertThat(arrived.getDestination().getName()).isEqualTo("t/full");
    SDTMap properties = arrived.getProperties();
    assertThat(properties.getString("text")).isEqualTo("Ärger");
    assertThat(properties.getInteger("int")).isEqualTo(-1);
    assertThat(properties.getLong("long")).isEqualTo(Long.MIN_VALUE);
    assertThat(properties.getBoolean("flag")).isTrue();
    assertThat(properties.getDouble("double")).isEqualTo(1.5);
    assertThat(properties.getBytes("bytes")).containsExactly(0, -1);
    assertThat(properties.getString(XMLMessage.MessageUserPropertyConstants.QUEUE_PARTITION_KEY))
        .isEqualTo("cus_1");
  }

  @Test
  void recordsEveryField() throws Exception {
    roundTrip(full(), "t/full");
    RecordedMessage recorded = sandbox.queue("q").recorded().getFirst();

    assertThat(recorded.destination()).isEqualTo("t/full");
    assertThat(recorded.isToQueue()).isFalse();
    assertThat(recorded.payload()).containsExactly(1, 2, 3);
    assertThat(recorded.applicationMessageId()).contains("evt_1");
    assertThat(recorded.applicationMessageType()).contains("type");
    assertThat(recorded.correlationId()).contains("corr");
    assertThat(recorded.httpContentType()).contains("application/json");
    assertThat(recorded.senderId()).contains("sender");
    assertThat(recorded.replyTo()).contains("reply/here");
    assertThat(recorded.isPersistent()).isTrue();
    assertThat(recorded.isDmqEligible()).isTrue();
    assertThat(recorded.priority()).isEqualTo(7);
    assertThat(recorded.timeToLive()).isEqualTo(Duration.ofHours(1));
    assertThat(recorded.partitionKey()).contains("cus_1");
    assertThat(recorded.properties())
        .containsEntry("text", "Ärger")
        .containsEntry("int", -1L)
        .containsEntry("long", Long.MIN_VALUE)
        .containsEntry("flag", true)
        .containsEntry("double", 1.5);
  }
}
