package dev.gantry.offload.ranks;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/// What a rank's file of a checkpoint holds: magic, version, length and checksum, then the run of elements of each
/// tensor and state, where it lies in the file, and checksums of its parts.
///
/// @param step optimizer steps taken
/// @param rank whose file it is
/// @param ranks that saved, each a file of its own
record ShardHeader(long step, int rank, int ranks, List<Item> items) {
    /// Bytes in front of everything else that say how long the rest is.
    static final int PREFIX_BYTES = 20;

    private static final long MAGIC = 0x474e545348415244L; // GNTSHARD
    private static final int VERSION = 1;

    ShardHeader {
        items = List.copyOf(items);
    }

    /// A run of elements in the file.
    ///
    /// @param from index of the first element in the tensor
    /// @param checksums CRC-32C of each {@link ShardFile#PART_ELEMENTS} elements
    record Item(
            String tensor,
            String kind,
            long from,
            long count,
            long tensorElements,
            long offset,
            List<Integer> checksums) {
        Item {
            checksums = List.copyOf(checksums);
        }

        ShardEntry.Key key() {
            return new ShardEntry.Key(tensor, kind);
        }
    }

    byte[] toBytes() {
        byte[] payload = payload();
        return bytes(out -> {
            out.writeLong(MAGIC);
            out.writeInt(VERSION);
            out.writeInt(payload.length);
            out.writeInt(checksum(payload));
            out.write(payload);
        });
    }

    private byte[] payload() {
        return bytes(out -> {
            out.writeLong(step);
            out.writeInt(rank);
            out.writeInt(ranks);
            out.writeInt(items.size());
            for (Item item : items) {
                out.writeUTF(item.tensor());
                out.writeUTF(item.kind());
                out.writeLong(item.from());
                out.writeLong(item.count());
                out.writeLong(item.tensorElements());
                out.writeLong(item.offset());
                for (int checksum : item.checksums()) {
                    out.writeInt(checksum);
                }
            }
        });
    }

    /// How many bytes follow the prefix.
    ///
    /// @throws dev.gantry.engine.GantryException when this is no such file, or of a later version
    static int payloadBytes(Path file, byte[] prefix) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(prefix))) {
            if (in.readLong() != MAGIC) {
                throw ShardFault.damaged(file, "it does not begin like a part of a checkpoint");
            }
            int version = in.readInt();
            if (version != VERSION) {
                throw ShardFault.damaged(file, "its version is " + version + ", known is " + VERSION);
            }
            return in.readInt();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot happen in memory
        }
    }

    /// @param bytes prefix and payload
    /// @throws dev.gantry.engine.GantryException when the bytes are not those written
    static ShardHeader read(Path file, byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            in.skipNBytes(PREFIX_BYTES - Integer.BYTES);
            int expected = in.readInt();
            byte[] payload = in.readAllBytes();
            if (checksum(payload) != expected) {
                throw ShardFault.damaged(file, "the list of what it holds is not what was written");
            }
            return parse(new DataInputStream(new ByteArrayInputStream(payload)));
        } catch (IOException e) {
            throw ShardFault.damaged(file, "the list of what it holds ends too early");
        }
    }

    private static ShardHeader parse(DataInputStream in) throws IOException {
        long step = in.readLong();
        int rank = in.readInt();
        int ranks = in.readInt();
        int count = in.readInt();
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String tensor = in.readUTF();
            String kind = in.readUTF();
            long from = in.readLong();
            long elements = in.readLong();
            long tensorElements = in.readLong();
            long offset = in.readLong();
            List<Integer> checksums = new ArrayList<>();
            for (long part = 0; part < ShardFile.parts(elements); part++) {
                checksums.add(in.readInt());
            }
            items.add(new Item(tensor, kind, from, elements, tensorElements, offset, checksums));
        }
        return new ShardHeader(step, rank, ranks, items);
    }

    private static int checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }

    private static byte[] bytes(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // cannot happen in memory
        }
        return bytes.toByteArray();
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }
}
