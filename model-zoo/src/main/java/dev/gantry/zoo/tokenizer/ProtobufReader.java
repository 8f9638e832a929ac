package dev.gantry.zoo.tokenizer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Walks over the fields of one protobuf message.
///
/// Source: the wire format of protocolbuffers.dev/programming-guides/encoding.
final class ProtobufReader {
    private static final int VARINT = 0;
    private static final int EIGHT_BYTES = 1;
    private static final int LENGTH = 2;
    private static final int FOUR_BYTES = 5;

    private final ByteBuffer bytes;
    private final String file;
    private int wireType;

    ProtobufReader(ByteBuffer bytes, String file) {
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        this.file = file;
    }

    /// The number of the next field, or 0 after the last. Its value must be read or skipped.
    int nextField() throws TokenizerException {
        if (!bytes.hasRemaining()) {
            return 0;
        }
        long tag = varint();
        wireType = (int) (tag & 7);
        long field = tag >>> 3;
        if (field == 0 || field > Integer.MAX_VALUE) {
            throw damaged("a field has no number");
        }
        return (int) field;
    }

    long integer() throws TokenizerException {
        require(VARINT);
        return varint();
    }

    float real() throws TokenizerException {
        require(FOUR_BYTES);
        return take(4).getFloat();
    }

    ByteBuffer content() throws TokenizerException {
        require(LENGTH);
        return take(varint());
    }

    String text() throws TokenizerException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(content()).toString();
        } catch (CharacterCodingException _) {
            throw damaged("a text is not UTF-8");
        }
    }

    ProtobufReader message() throws TokenizerException {
        return new ProtobufReader(content(), file);
    }

    void skip() throws TokenizerException {
        switch (wireType) {
            case VARINT -> varint();
            case EIGHT_BYTES -> take(8);
            case LENGTH -> take(varint());
            case FOUR_BYTES -> take(4);
            default -> throw damaged("a field is of no known kind");
        }
    }

    private void require(int type) throws TokenizerException {
        if (wireType != type) {
            throw damaged("a field is of another kind than it should be");
        }
    }

    private ByteBuffer take(long length) throws TokenizerException {
        if (length < 0 || length > bytes.remaining()) {
            throw damaged("it ends inside of a field");
        }
        ByteBuffer part = bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.position(bytes.position() + (int) length);
        return part;
    }

    private long varint() throws TokenizerException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (!bytes.hasRemaining()) {
                throw damaged("it ends inside of a number");
            }
            byte next = bytes.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw damaged("a number is too long");
    }

    TokenizerException damaged(String how) {
        return new TokenizerException(file + " is not a whole sentencepiece model: " + how);
    }
}
