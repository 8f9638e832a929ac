package dev.gantry.lora.data.source;

import static dev.gantry.lora.data.source.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParquetRowReaderTest {
    private static final MessageType SCHEMA = MessageTypeParser.parseMessageType("""
            message rows {
              optional binary id (STRING);
              required int64 number;
              optional group messages (LIST) {
                repeated group list {
                  optional group element {
                    optional binary role (STRING);
                    optional binary content (STRING);
                  }
                }
              }
            }
            """);

    @TempDir
    Path folder;

    @Test
    void nestedMessages_becomeObjectsInAnArray() throws IOException {
        List<RowResult> rows = Rows.read(RowSource.of(write(3, CompressionCodecName.SNAPPY)));
        assertThat(rows).hasSize(3);
        var second = row(rows.get(1)).value();
        assertThat(second.get("id").isNull()).isTrue();
        assertThat(second.get("number").asLong()).isEqualTo(1);
        assertThat(second.get("messages").size()).isEqualTo(2);
        assertThat(second.get("messages").get(1).get("role").asString()).isEqualTo("assistant");
        assertThat(second.get("messages").get(1).get("content").asString()).isEqualTo("Antwort ü 1");
        assertThat(row(rows.get(1)).at()).hasToString("a.parquet row 2");
    }

    @ParameterizedTest
    @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"})
    void theUsualCompressions_areUnderstood(CompressionCodecName codec) throws IOException {
        List<RowResult> rows = Rows.read(RowSource.of(write(300, codec)));
        assertThat(rows).hasSize(300).allMatch(row -> row instanceof RowResult.Row);
        assertThat(row(rows.getLast())
                        .value()
                        .get("messages")
                        .get(0)
                        .get("content")
                        .asString())
                .isEqualTo("Frage 299");
    }

    @Test
    void damageIsReported_neverThrownAsSomethingElse() throws IOException {
        Path good = write(200, CompressionCodecName.SNAPPY);
        byte[] bytes = Files.readAllBytes(good);
        long seed = 7;
        Random random = new Random(seed);
        for (int round = 0; round < 60; round++) {
            byte[] damaged = bytes.clone();
            for (int i = 0; i < 5; i++) {
                damaged[4 + random.nextInt(bytes.length - 4)] = (byte) random.nextInt();
            }
            Path file = Files.write(folder.resolve("damaged.parquet"), damaged);
            try {
                assertThat(Rows.read(RowSource.of(file)))
                        .as("seed %d round %d", seed, round)
                        .isNotNull();
            } catch (DataException e) {
                assertThat(e).hasMessageContaining("damaged.parquet");
            }
        }
    }

    @Test
    void refusal_whenTheFileIsCutOff() throws IOException {
        Path good = write(50, CompressionCodecName.SNAPPY);
        byte[] bytes = Files.readAllBytes(good);
        Path cut = Files.write(folder.resolve("cut.parquet"), java.util.Arrays.copyOf(bytes, bytes.length / 2));
        RowSource source = RowSource.of(cut);
        assertThatThrownBy(() -> Rows.read(source))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("not a whole Parquet file");
    }

    private Path write(int rows, CompressionCodecName codec) throws IOException {
        Path file = folder.resolve("a.parquet");
        Files.deleteIfExists(file);
        SimpleGroupFactory groups = new SimpleGroupFactory(SCHEMA);
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withType(SCHEMA)
                .withCompressionCodec(codec)
                .withCodecFactory(new GzipToo())
                .build()) {
            for (int i = 0; i < rows; i++) {
                Group row = groups.newGroup().append("number", (long) i);
                if (i % 2 == 0) {
                    row.append("id", "row" + i);
                }
                Group list = row.addGroup("messages");
                list.addGroup(0).addGroup(0).append("role", "user").append("content", "Frage " + i);
                list.addGroup(0).addGroup(0).append("role", "assistant").append("content", "Antwort ü " + i);
                writer.write(row);
            }
        }
        return file;
    }

    /// Writes gzip, for which the library needs Hadoop.
    private static final class GzipToo implements CompressionCodecFactory {
        private final CodecFactory codecs = new CodecFactory(new PlainParquetConfiguration(), 1 << 16);

        @Override
        public BytesInputCompressor getCompressor(CompressionCodecName codec) {
            return codec == CompressionCodecName.GZIP ? new Gzip() : codecs.getCompressor(codec);
        }

        @Override
        public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
            return codecs.getDecompressor(codec);
        }

        @Override
        public void release() {
            codecs.release();
        }
    }

    private static final class Gzip implements CompressionCodecFactory.BytesInputCompressor {
        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
            var packed = new ByteArrayOutputStream();
            try (var out = new GZIPOutputStream(packed)) {
                bytes.writeAllTo(out);
            }
            return BytesInput.from(packed.toByteArray());
        }

        @Override
        public CompressionCodecName getCodecName() {
            return CompressionCodecName.GZIP;
        }

        @Override
        public void release() {}
    }
}
