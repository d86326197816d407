#!/bin/sh
# Makes the media this project embeds. Needs ffmpeg (libx264, aac) and cwebp; bit-exact flags keep the output stable
# for one version of these tools. Run it from anywhere; it writes beside itself.
set -eu
cd "$(dirname "$0")"

make_clip() { # name width height
    ffmpeg -v error -y \
        -f lavfi -i "gradients=s=$2x$3:r=24:d=2:c0=0x0b1d3a:c1=0xe8743b:x0=0:y0=0:x1=$2:y1=$3:speed=0.03:seed=7:n=2" \
        -f lavfi -i "sine=frequency=220:sample_rate=24000:duration=2" \
        -c:v libx264 -preset veryslow -crf 39 -threads 1 -pix_fmt yuv420p -c:a aac -b:a 16k -ac 1 -shortest \
        -fflags +bitexact -flags:v +bitexact -flags:a +bitexact -map_metadata -1 -movflags +faststart "$1.mp4"
    ffmpeg -v error -y -ss 1 -i "$1.mp4" -frames:v 1 "$1.frame.png"
    cwebp -quiet -q 60 "$1.frame.png" -o "$1.webp"
    rm "$1.frame.png"
}

make_spritesheet() { # name tile-width tile-height
    ffmpeg -v error -y -i "$1.mp4" -vf "fps=5,scale=$2:$3,tile=5x2" -frames:v 1 -q:v 8 -bitexact "$1.jpg"
}

make_clip landscape 1280 720
make_clip portrait 720 1280
make_spritesheet landscape 256 144
make_spritesheet portrait 144 256
