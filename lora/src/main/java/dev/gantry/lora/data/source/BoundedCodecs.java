package dev.gantry.lora.data.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/// Unpacks gzip pages with what Java has, and refuses Parquet pages that claim to unpack into more than a bound, before
/// any memory is taken for them.
final class BoundedCodecs implements CompressionCodecFactory {
    private final CompressionCodecFactory codecs;
    private final int maxPageBytes;

    BoundedCodecs(CompressionCodecFactory codecs, int maxPageBytes) {
        this.codecs = codecs;
        this.maxPageBytes = maxPageBytes;
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return codecs.getCompressor(codec);
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        // the library leaves gzip to Hadoop, which is not here
        return new Bounded(codec == CompressionCodecName.GZIP ? new Gzip() : codecs.getDecompressor(codec));
    }

    @Override
    public void release() {
        codecs.release();
    }

    private final class Bounded implements BytesInputDecompressor {
        private final BytesInputDecompressor decompressor;

        Bounded(BytesInputDecompressor decompressor) {
            this.decompressor = decompressor;
        }

        @Override
        public BytesInput decompress(BytesInput bytes, int decompressedSize) throws IOException {
            check(decompressedSize);
            return decompressor.decompress(bytes, decompressedSize);
        }

        @Override
        public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int decompressedSize)
                throws IOException {
            check(decompressedSize);
            decompressor.decompress(input, compressedSize, output, decompressedSize);
        }

        private void check(int bytes) throws IOException {
            if (bytes < 0 || bytes > maxPageBytes) {
                throw new IOException(
                        "a page claims to unpack into " + bytes + " bytes, more than the " + maxPageBytes + " allowed");
            }
        }

        @Override
        public void release() {
            decompressor.release();
        }
    }

    private static final class Gzip implements BytesInputDecompressor {
        @Override
        public BytesInput decompress(BytesInput bytes, int decompressedSize) throws IOException {
            return BytesInput.from(unpack(bytes, decompressedSize));
        }

        private static byte[] unpack(BytesInput bytes, int decompressedSize) throws IOException {
            byte[] whole = new byte[decompressedSize];
            try (InputStream in = new GZIPInputStream(bytes.toInputStream())) {
                int read = in.readNBytes(whole, 0, decompressedSize);
                if (read < decompressedSize) {
                    throw new EOFException("a page unpacks into " + read + " bytes, " + decompressedSize + " expected");
                }
            }
            return whole;
        }

        @Override
        public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int decompressedSize)
                throws IOException {
            ByteBuffer packed = input.duplicate().limit(input.position() + compressedSize);
            output.put(unpack(BytesInput.from(packed), decompressedSize));
            input.position(packed.limit());
        }

        @Override
        public void release() {}
    }
}
