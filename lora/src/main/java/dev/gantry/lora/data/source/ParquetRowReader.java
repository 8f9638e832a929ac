package dev.gantry.lora.data.source;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/// Parquet, nested columns included; holds one row group at a time.
final class ParquetRowReader implements RowReader {
    /// Writers make pages of about 1 MiB; a page holds whole rows of one column, so it may be larger than a row.
    private static final int PAGES_PER_ROW_LIMIT = 4;

    private final String file;
    private final ParquetFileReader reader;
    private final MessageType schema;
    private final long fileBytes;
    private @Nullable RecordReader<Group> group;
    private long leftInGroup;
    private long rowNumber;
    private boolean ended;

    ParquetRowReader(Path path, ReadLimits limits) throws IOException {
        this.fileBytes = Files.size(path);
        this.file = String.valueOf(path.getFileName());
        this.reader = open(path, limits);
        this.schema = reader.getFileMetaData().getSchema();
    }

    @SuppressWarnings("MustBeClosed")
    private static ParquetFileReader open(Path path, ReadLimits limits) throws IOException {
        var configuration = new PlainParquetConfiguration();
        int maxPageBytes =
                Math.toIntExact(Math.min(Integer.MAX_VALUE, (long) PAGES_PER_ROW_LIMIT * limits.maxRowBytes()));
        ParquetReadOptions options = ParquetReadOptions.builder(configuration)
                .withCodecFactory(new BoundedCodecs(new CodecFactory(configuration, 1 << 16), maxPageBytes))
                .build();
        try {
            ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path), options);
            try {
                checkSizes(path, reader);
            } catch (IOException e) {
                reader.close();
                throw e;
            }
            return reader;
        } catch (DataException | FileSystemException e) {
            throw e;
        } catch (RuntimeException | IOException e) {
            throw damaged(path, "it is not a whole Parquet file (" + e.getMessage() + ")", e);
        }
    }

    /// A footer that claims more bytes than the file has would make the reader take memory for all of them.
    private static void checkSizes(Path path, ParquetFileReader reader) throws IOException {
        long fileBytes = Files.size(path);
        for (BlockMetaData block : reader.getRowGroups()) {
            for (ColumnChunkMetaData column : block.getColumns()) {
                long start = column.getStartingPos();
                if (start < 0 || column.getTotalSize() < 0 || column.getTotalSize() > fileBytes - start) {
                    throw damaged(
                            path, "its column " + column.getPath().toDotString() + " reaches beyond its end", null);
                }
            }
        }
    }

    @Override
    public @Nullable RowResult next() throws IOException {
        if (ended) {
            return null;
        }
        try {
            RecordReader<Group> rows = currentGroup();
            if (rows == null) {
                ended = true;
                return null;
            }
            leftInGroup--;
            rowNumber++;
            var value = ParquetValues.object(rows.read());
            return new RowResult.Row(SourcePosition.row(file, rowNumber), value);
        } catch (RuntimeException | IOException e) {
            // a damaged page leaves the decoder in no state to go on from
            ended = true;
            String message = "the file is damaged here (" + e.getMessage() + "); what follows is not read";
            var at = SourcePosition.row(file, Math.max(1, rowNumber));
            return new RowResult.Unreadable(new Fault(FaultKind.BROKEN_FILE, at, message, ""));
        }
    }

    private @Nullable RecordReader<Group> currentGroup() throws IOException {
        while (leftInGroup == 0) {
            PageReadStore pages = reader.readNextRowGroup();
            if (pages == null) {
                return null;
            }
            group = new ColumnIOFactory().getColumnIO(schema).getRecordReader(pages, new GroupRecordConverter(schema));
            leftInGroup = pages.getRowCount();
        }
        return group;
    }

    private static DataException damaged(Path path, String why, @Nullable Exception cause) {
        return new DataException(
                "DATA-PARQUET", "cannot read " + path, why, "It is damaged: export or download it again.", cause);
    }

    @Override
    public long bytesRead() {
        return (long) ((double) fileBytes * rowNumber / Math.max(1, reader.getRecordCount()));
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
