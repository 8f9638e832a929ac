package dev.gantry.zoo.torch;

import dev.gantry.engine.GantryException;
import dev.gantry.zoo.checkpoint.BadFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// One entry of a mapped zip file.
///
/// @param method 0 for stored, 8 for deflated
/// @param plainBytes size after unpacking, as the directory claims
/// @param stored the bytes in the file
record ZipEntryBytes(Path file, String name, int method, long plainBytes, MemorySegment stored) {
    private static final int STORED = 0;
    private static final int DEFLATED = 8;

    /// Weights hardly shrink at all; what shrinks like this and is large is there to fill the memory.
    private static final long MAX_RATIO = 200;

    private static final long HARMLESS_BYTES = 16L << 20;
    private static final int PIECE_BYTES = 1 << 20;

    /// The plain bytes: in place where they are stored, unpacked into `arena` where they are not.
    MemorySegment plain(Arena arena) {
        return switch (method) {
            case STORED -> {
                if (stored.byteSize() != plainBytes) {
                    throw damaged("claims two different sizes");
                }
                yield stored;
            }
            case DEFLATED -> inflated(arena);
            default -> throw damaged("is packed in the unknown way " + method);
        };
    }

    private MemorySegment inflated(Arena arena) {
        if (plainBytes > HARMLESS_BYTES && plainBytes / MAX_RATIO > stored.byteSize()) {
            throw damaged(
                    "unpacks from %,d to %,d bytes, as only a trap does".formatted(stored.byteSize(), plainBytes));
        }
        MemorySegment plain = arena.allocate(Math.max(1, plainBytes), 64).asSlice(0, plainBytes);
        try (Inflater inflater = new Inflater(true)) {
            long in = 0;
            long out = 0;
            while (!inflater.finished()) {
                if (inflater.needsInput() && in < stored.byteSize()) {
                    ByteBuffer piece = piece(stored, in);
                    in += piece.remaining();
                    inflater.setInput(piece);
                }
                int count = out < plainBytes ? inflater.inflate(piece(plain, out)) : overflow(inflater);
                if (count == 0 && !inflater.finished() && (out == plainBytes || in == stored.byteSize())) {
                    throw damaged("does not unpack to its " + plainBytes + " bytes");
                }
                out += count;
            }
            if (out != plainBytes) {
                throw damaged("unpacks to " + out + " bytes, not " + plainBytes);
            }
            return plain;
        } catch (DataFormatException e) {
            throw damaged("cannot be unpacked").causedBy(e);
        }
    }

    /// Reads on behind the last byte, where only the end mark may come.
    private int overflow(Inflater inflater) throws DataFormatException {
        if (inflater.inflate(new byte[1]) != 0) {
            throw damaged("unpacks to more than its " + plainBytes + " bytes");
        }
        return 0;
    }

    private static ByteBuffer piece(MemorySegment bytes, long from) {
        return bytes.asSlice(from, Math.min(PIECE_BYTES, bytes.byteSize() - from))
                .asByteBuffer();
    }

    private GantryException damaged(String why) {
        return BadFile.damaged(file, "its entry " + BadFile.shown(name) + " " + why);
    }
}
