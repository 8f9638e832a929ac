package dev.gantry.engine.cuda;

/// A version of CUDA: of a toolkit's library, or the newest one a driver can run.
public record CudaVersion(int major, int minor) implements Comparable<CudaVersion> {
    /// As the driver writes it: 13010 is 13.1.
    static CudaVersion ofDriver(int number) {
        return new CudaVersion(number / 1000, number % 1000 / 10);
    }

    /// As the driver writes it.
    public int number() {
        return major * 1000 + minor * 10;
    }

    @Override
    public int compareTo(CudaVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
