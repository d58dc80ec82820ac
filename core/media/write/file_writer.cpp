#include "core/media/write/file_writer.hpp"

#include <cerrno>

#include "core/media/write/output_file.hpp"

namespace relievo::media {
namespace {

constexpr int kBufferSize = 1 << 18;

int last_error() {
  return AVERROR(errno != 0 ? errno : EIO);
}

int seek_file(std::FILE* file, std::int64_t offset, int whence) {
#if defined(_WIN32)
  return _fseeki64(file, offset, whence);
#else
  return fseeko(file, static_cast<off_t>(offset), whence);
#endif
}

std::int64_t tell_file(std::FILE* file) {
#if defined(_WIN32)
  return _ftelli64(file);
#else
  return static_cast<std::int64_t>(ftello(file));
#endif
}

}  // namespace

FileWriter::FileWriter(const Host& host, const std::filesystem::path& file) : host_(host) {
  errno = 0;
  file_.reset(std::fopen(file.string().c_str(), "wb"));
  if (!file_)
    fail(RLV_E_IO, "'", file.string(), "' cannot be written: ", av_error_text(last_error()),
         write_advice(last_error()));
  // libav's buffer is enough; a second one would hide which write failed.
  std::setvbuf(file_.get(), nullptr, _IONBF, 0);
  auto* buffer = static_cast<unsigned char*>(check_alloc(av_malloc(kBufferSize)));
  io_ = avio_alloc_context(buffer, kBufferSize, 1, this, nullptr, &FileWriter::write,
                           &FileWriter::seek);
  if (io_ == nullptr) av_free(buffer);
  check_alloc(io_);
}

FileWriter::~FileWriter() {
  if (io_ == nullptr) return;
  av_freep(&io_->buffer);
  avio_context_free(&io_);
}

void FileWriter::give_sign() {
  const auto now = std::chrono::steady_clock::now();
  if (now - last_sign_ < std::chrono::seconds(1)) return;
  last_sign_ = now;
  host_.progress(-1.0, "writing");
}

int FileWriter::write(void* self, Bytes bytes, int size) {
  auto& writer = *static_cast<FileWriter*>(self);
  writer.give_sign();
  auto* file = writer.file_.get();
  if (file == nullptr) return AVERROR(EBADF);
  errno = 0;
  const auto wanted = static_cast<std::size_t>(size);
  if (std::fwrite(bytes, 1, wanted, file) == wanted) return size;
  const int error = last_error();
  std::clearerr(file);
  if (writer.error_ == 0) writer.error_ = error;
  return writer.forgiving_ ? size : error;
}

std::int64_t FileWriter::seek(void* self, std::int64_t offset, int whence) {
  auto* file = static_cast<FileWriter*>(self)->file_.get();
  if (file == nullptr) return AVERROR(EBADF);
  errno = 0;
  if ((whence & AVSEEK_SIZE) != 0) {
    const auto here = tell_file(file);
    if (seek_file(file, 0, SEEK_END) != 0) return last_error();
    const auto size = tell_file(file);
    return seek_file(file, here, SEEK_SET) == 0 ? size : last_error();
  }
  if (seek_file(file, offset, whence & ~AVSEEK_FORCE) != 0) return last_error();
  return tell_file(file);
}

void FileWriter::forgive() {
  forgiving_ = true;
  io_->error = 0;
}

int FileWriter::close() {
  if (!file_) return error_;
  avio_flush(io_);
  errno = 0;
  if (std::fclose(file_.release()) != 0 && error_ == 0) error_ = last_error();
  return error_;
}

}  // namespace relievo::media
