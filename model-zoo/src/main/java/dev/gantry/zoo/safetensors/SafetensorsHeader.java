package dev.gantry.zoo.safetensors;

import dev.gantry.engine.GantryException;
import dev.gantry.engine.tensor.DType;
import dev.gantry.engine.tensor.Shape;
import dev.gantry.zoo.checkpoint.TensorInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/// The header of a safetensors file, checked before any value is looked at.
///
/// @param tensors by name, in the order of their data
/// @param offsets first byte of each tensor, counted from the start of the file
/// @param metadata the file's own notes
record SafetensorsHeader(Map<String, TensorInfo> tensors, Map<String, Long> offsets, Map<String, String> metadata) {
    /// The format's own limit.
    static final long MAX_BYTES = 100_000_000;

    /// More than twice the largest file seen; keeps a header of a hundred megabytes from filling the memory.
    private static final int MAX_TENSORS = 250_000;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(8)
                    .maxNameLength(4096)
                    .maxNumberLength(20)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /// @param json the header's bytes
    /// @param dataStart where the tensors' data begins in the file
    /// @param fileBytes length of the file
    static SafetensorsHeader parse(byte[] json, long dataStart, long fileBytes, Path file) {
        Reader reader = new Reader(file);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            reader.read(parser);
        } catch (JacksonException e) {
            throw malformed(file, "its header is not the JSON it should be (" + e.getOriginalMessage() + ")");
        }
        return reader.checked(dataStart, fileBytes - dataStart);
    }

    static GantryException malformed(Path file, String why) {
        return GantryException.badInput(
                "SAFETENSORS-MALFORMED",
                "cannot read " + file,
                why,
                "Fetch the file again; if it was written by another program, write it again there.");
    }

    private static DType dtype(String name, String tensor, Path file) {
        return switch (name) {
            case "F64" -> DType.F64;
            case "F32" -> DType.F32;
            case "BF16" -> DType.BF16;
            case "F16" -> DType.F16;
            case "I64" -> DType.I64;
            case "I32" -> DType.I32;
            case "I16" -> DType.I16;
            case "I8" -> DType.I8;
            case "U8" -> DType.U8;
            case "BOOL" -> DType.BOOL;
            default ->
                throw malformed(
                        file, "tensor " + tensor + " has the element type " + name + ", which Gantry does not know");
        };
    }

    /// One entry before its offsets are checked against the others'.
    private record Entry(TensorInfo info, long begin, long end) {}

    /// Walks the header's JSON without building a tree of it.
    private static final class Reader {
        private final Path file;
        private final List<Entry> entries = new ArrayList<>();
        private final Map<String, String> metadata = new LinkedHashMap<>();

        Reader(Path file) {
            this.file = file;
        }

        void read(JsonParser parser) {
            expect(parser.nextToken(), JsonToken.START_OBJECT, "the header");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                expect(parser.nextToken(), JsonToken.START_OBJECT, "the entry of " + name);
                if (name.equals("__metadata__")) {
                    readMetadata(parser);
                } else {
                    entries.add(readEntry(parser, name));
                    if (entries.size() > MAX_TENSORS) {
                        throw malformed(file, "its header names more than " + MAX_TENSORS + " tensors");
                    }
                }
            }
            if (parser.nextToken() != null) {
                throw malformed(file, "something follows the header's JSON");
            }
        }

        private void readMetadata(JsonParser parser) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                expect(parser.nextToken(), JsonToken.VALUE_STRING, "metadata " + key);
                metadata.put(key, parser.getString());
            }
        }

        private Entry readEntry(JsonParser parser, String name) {
            String dtype = "";
            List<Long> shape = null;
            List<Long> range = null;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (key) {
                    case "dtype" -> {
                        expect(value, JsonToken.VALUE_STRING, "the type of " + name);
                        dtype = parser.getString();
                    }
                    case "shape" -> shape = integers(parser, "the shape of " + name);
                    case "data_offsets" -> range = integers(parser, "the offsets of " + name);
                    default -> throw malformed(file, "tensor " + name + " has the unknown field " + key);
                }
            }
            if (dtype.isEmpty() || shape == null || range == null || range.size() != 2) {
                throw malformed(file, "tensor " + name + " lacks its type, shape or two offsets");
            }
            TensorInfo info = new TensorInfo(name, dtype(dtype, name, file), shape(shape));
            return new Entry(info, range.get(0), range.get(1));
        }

        private static Shape shape(List<Long> extents) {
            return Shape.of(extents.stream().mapToLong(Long::longValue).toArray());
        }

        private List<Long> integers(JsonParser parser, String what) {
            expect(parser.currentToken(), JsonToken.START_ARRAY, what);
            List<Long> values = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
                long value = parser.getLongValue();
                if (value < 0) {
                    throw malformed(file, what + " holds the negative number " + value);
                }
                values.add(value);
                if (values.size() > 16) {
                    throw malformed(file, what + " has more than 16 numbers");
                }
            }
            return values;
        }

        private void expect(JsonToken token, JsonToken wanted, String what) {
            if (token != wanted) {
                throw malformed(file, what + " is " + token + " where " + wanted + " is expected");
            }
        }

        /// Sorts the entries by offset and checks that they fill the data exactly.
        SafetensorsHeader checked(long dataStart, long dataBytes) {
            entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
            Map<String, TensorInfo> tensors = new LinkedHashMap<>();
            Map<String, Long> offsets = new LinkedHashMap<>();
            long next = 0;
            for (Entry entry : entries) {
                checkRange(entry, next, dataBytes);
                tensors.put(entry.info().name(), entry.info());
                offsets.put(entry.info().name(), dataStart + entry.begin());
                next = entry.end();
            }
            if (next != dataBytes) {
                throw malformed(file, (dataBytes - next) + " bytes at its end belong to no tensor");
            }
            return new SafetensorsHeader(tensors, offsets, metadata);
        }

        private void checkRange(Entry entry, long next, long dataBytes) {
            String name = entry.info().name();
            if (entry.begin() < next) {
                throw malformed(file, "tensor " + name + " overlaps the one before it");
            }
            if (entry.begin() > next) {
                throw malformed(file, "there is a hole of " + (entry.begin() - next) + " bytes before tensor " + name);
            }
            if (entry.end() > dataBytes) {
                throw GantryException.badInput(
                        "SAFETENSORS-TRUNCATED",
                        "cannot read " + file,
                        "tensor " + name + " ends at byte " + entry.end() + " of the data, the file holds only "
                                + dataBytes,
                        "The file is truncated: fetch it again.");
            }
            if (entry.end() - entry.begin() != declaredBytes(entry)) {
                throw malformed(
                        file,
                        "tensor " + name + " of shape " + entry.info().shape() + " and type "
                                + entry.info().dtype() + " cannot take " + (entry.end() - entry.begin()) + " bytes");
            }
        }

        private long declaredBytes(Entry entry) {
            try {
                return entry.info().bytes();
            } catch (ArithmeticException e) {
                throw malformed(
                        file,
                        "tensor " + entry.info().name() + " has the impossible shape "
                                + entry.info().shape());
            }
        }
    }
}
