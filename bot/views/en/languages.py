"""What are Discord's languages called?"""

LANGUAGES = {
    "id": "Indonesian", "da": "Danish", "de": "German", "en-GB": "English (UK)", "en-US": "English (US)",
    "es-ES": "Spanish", "es-419": "Spanish (Latin America)", "fr": "French", "hr": "Croatian", "it": "Italian",
    "lt": "Lithuanian", "hu": "Hungarian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
    "pt-BR": "Portuguese (Brazil)", "ro": "Romanian", "fi": "Finnish", "sv-SE": "Swedish", "vi": "Vietnamese",
    "tr": "Turkish", "cs": "Czech", "el": "Greek", "bg": "Bulgarian", "ru": "Russian", "uk": "Ukrainian",
    "hi": "Hindi", "th": "Thai", "zh-CN": "Chinese (China)", "ja": "Japanese", "zh-TW": "Chinese (Taiwan)",
    "ko": "Korean",
}  # fmt: skip
"""Discord's languages by their codes (discord.com/developers/docs/reference#locales), in English."""
